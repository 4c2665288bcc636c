package io.sennit.bench.sennit;

import io.sennit.grid.InlineOutput;
import io.sennit.grid.InlineStream;

/** Sends the same item so many times, as fast as credit and the link let it, and ends. */
class Pump implements InlineStream<byte[]> {
  private final InlineOutput<byte[]> out;
  private final byte[] item;
  private int left;

  Pump(InlineOutput<byte[]> out, int count, byte[] item) {
    this.out = out;
    this.left = count;
    this.item = item;
  }

  @Override
  public void item(byte[] unwanted) {
    throw new IllegalStateException("an item where none was expected");
  }

  @Override
  public void writable() {
    while (left > 0 && out.trySend(item)) {
      left--;
    }
    if (left == 0) {
      out.end();
    }
  }
}
