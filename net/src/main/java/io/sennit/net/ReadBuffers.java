package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel's bytes land. Once a plain link is open, every read of a loop goes into the same
 * direct buffer: {@link SocketPipe} has copied the bytes to the heap before the read returns.
 * Before that, and under TLS, the handlers in front keep what they are given, so they get a buffer
 * each. One for each channel: the native transport wraps the handles, so the allocator has the
 * state.
 */
final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  static final int SIZE = 64 << 10;

  private static final int EARLY_SIZE = 16 << 10;

  private @Nullable NetLoop shared;

  /** From now on nobody keeps what is read. */
  void share(NetLoop loop) {
    shared = loop;
  }

  @Override
  @SuppressWarnings("deprecation") // so the method is declared
  public Handle newHandle() {
    return new Reads();
  }

  private final class Reads extends MaxMessageHandle {
    @Override
    public int guess() {
      return shared != null ? SIZE : EARLY_SIZE;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      var loop = shared;
      return loop != null ? loop.readBuffer() : alloc.ioBuffer(EARLY_SIZE);
    }
  }
}
