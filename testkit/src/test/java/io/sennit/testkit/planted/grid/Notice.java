package io.sennit.testkit.planted.grid;

import io.netty.buffer.ByteBuf;

/** Bears a name that another strand exports too, and shows a buffer. */
public final class Notice {
  /** Planted. */
  public int shows(ByteBuf buffer) {
    System.out.println("planted");
    return buffer.readableBytes();
  }

  /** Planted. */
  public void sleeps() throws InterruptedException {
    Thread.sleep(1);
  }
}
