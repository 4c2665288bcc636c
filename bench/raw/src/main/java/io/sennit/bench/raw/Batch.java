package io.sennit.bench.raw;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Collects the frames of one turn of the event loop: one buffer, one write, one flush. */
final class Batch {
  private static final int CAPACITY = 128 << 10;

  private final Channel channel;
  private @Nullable ByteBuf buffer;

  Batch(Channel channel) {
    this.channel = channel;
  }

  void append(int kind, int id, byte[] body) {
    int size = Frame.HEADER + body.length;
    ByteBuf into = buffer;
    if (into == null || into.maxWritableBytes() < size) {
      write();
      // of fixed size, so that a full one is handed on instead of growing by copies
      int capacity = Math.max(CAPACITY, size);
      into = channel.alloc().directBuffer(capacity, capacity);
      buffer = into;
    }
    into.writeInt(body.length).writeInt(kind).writeInt(id).writeBytes(body);
  }

  /** Hands what is collected to the channel, where it counts as pending. */
  void write() {
    ByteBuf full = buffer;
    if (full != null) {
      buffer = null;
      channel.write(full, channel.voidPromise());
    }
  }

  void flush() {
    write();
    channel.flush();
  }

  void release() {
    ByteBuf left = buffer;
    if (left != null) {
      buffer = null;
      left.release();
    }
  }
}
