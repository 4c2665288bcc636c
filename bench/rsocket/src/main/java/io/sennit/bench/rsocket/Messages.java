package io.sennit.bench.rsocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;

/** Payloads from and to arrays. */
final class Messages {
  /** Items asked for at a time; the next half is asked for when half is taken. */
  static final int DEMAND = 256;

  /** First item of a channel whose items are to be counted. */
  static final byte[] COUNT = {'c'};

  /** First item of a channel whose items are to be sent back. */
  static final byte[] ECHO = {'e'};

  private Messages() {}

  static Payload of(byte[] bytes) {
    return ByteBufPayload.create(Unpooled.wrappedBuffer(bytes));
  }

  /** Takes the bytes and gives the payload back to its pool. */
  static byte[] take(Payload payload) {
    ByteBuf data = payload.sliceData();
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes);
    payload.release();
    return bytes;
  }
}
