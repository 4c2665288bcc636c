package io.sennit.net;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.sennit.core.link.FrameQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * Gives the kernel what it takes. Frames are copied into the loop's one direct buffer, many to one,
 * and leave in one system call; what the kernel does not take stays in the queue, on the heap. Only
 * then up to {@link #HELD} bytes are left with the channel: their leaving tells that there is room
 * again. So a link whose peer does not read holds no more than that outside the heap.
 */
final class SocketWriter {
  /**
   * Bytes that leave in one system call. More than the low mark, since writers overshoot it and the
   * overshoot would need a call of its own.
   */
  static final int CHUNK = 256 << 10;

  /** Bytes outside the heap of a link that waits for its peer. */
  static final int HELD = 16 << 10;

  /** A kernel that is almost full is offered no less than this. */
  private static final int LEAST = 32 << 10;

  private final NetLoop loop;
  private final Channel channel;
  private final KernelSocket socket;
  private final Owner owner;
  private final ChannelFutureListener left = this::left;
  private int held;
  private long sent;
  private int offer = CHUNK;
  private boolean closed;

  /** Who is told. */
  interface Owner {
    /** The kernel has room again. */
    void hasRoom();

    /** A write failed. */
    void lost(Throwable cause);
  }

  SocketWriter(NetLoop loop, Channel channel, Owner owner) {
    this.loop = loop;
    this.channel = channel;
    this.socket = KernelSocket.of(channel);
    this.owner = owner;
  }

  /** Bytes taken from a queue that the kernel has not taken yet. */
  int held() {
    return held;
  }

  /** A number that changes whenever a byte leaves. */
  long progress() {
    var outbound = channel.unsafe().outboundBuffer();
    return sent + (held == 0 || outbound == null ? 0 : outbound.currentProgress());
  }

  /** Writes until the queue is empty or the kernel is full. */
  void drain(FrameQueue from) throws IOException {
    while (from.bytes() > 0 && held == 0) {
      if (hasEarlier() || !write(from)) {
        hold(from);
      }
    }
  }

  /** Whether something of the opening still waits in the channel; it goes first. */
  private boolean hasEarlier() throws ClosedChannelException {
    var outbound = channel.unsafe().outboundBuffer();
    if (outbound == null) {
      throw new ClosedChannelException();
    }
    return outbound.totalPendingWriteBytes() > 0;
  }

  private boolean write(FrameQueue from) throws IOException {
    var buffer = loop.writeBuffer();
    try {
      int wanted = (int) Math.min(from.bytes(), offer);
      ByteBuffer chunk = buffer.internalNioBuffer(0, wanted);
      int begin = chunk.position();
      from.copyTo(chunk);
      chunk.flip().position(begin);
      int took = socket.write(chunk);
      from.drop(took);
      sent += took;
      // what is offered in vain was copied in vain
      offer = Math.clamp(took < wanted ? took : 2L * offer, LEAST, CHUNK);
      return took == wanted;
    } finally {
      buffer.release();
    }
  }

  private void hold(FrameQueue from) {
    int n = (int) Math.min(from.bytes(), HELD);
    var rest = PooledByteBufAllocator.DEFAULT.directBuffer(n, n);
    from.copyTo(rest.internalNioBuffer(0, n));
    rest.writerIndex(n);
    from.drop(n);
    held = n;
    loop.holdsDirect(n);
    var unsafe = channel.unsafe(); // below the pipeline, TLS included
    unsafe.write(rest, channel.newPromise().addListener(left));
    unsafe.flush();
  }

  private void left(ChannelFuture future) {
    int n = held;
    held = 0;
    loop.holdsDirect(-n);
    if (closed) {
      return;
    }
    if (future.isSuccess()) {
      sent += n;
      owner.hasRoom();
    } else {
      owner.lost(future.cause());
    }
  }

  /** Tells nobody any more. */
  void close() {
    closed = true;
  }
}
