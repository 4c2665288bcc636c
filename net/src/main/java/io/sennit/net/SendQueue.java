package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * What a link has taken and the kernel has not. Frames wait on the heap; at a flush, or the turn's
 * end, they are copied once into a direct buffer, many to one, and leave in one system call. No
 * more than {@link #CHUNK} bytes are off the heap at a time, however much waits.
 */
final class SendQueue implements TurnEnds.Writer {
  /**
   * Bytes that leave in one system call, and that are off the heap at a time. More than the low
   * mark, which whoever writes goes beyond by some: a call for the rest alone would cost as much.
   */
  static final int CHUNK = 256 << 10;

  /** Below this the link is writable. */
  static final int LOW_MARK = 128 << 10;

  private final NetLoop loop;
  private final Channel channel;
  private final Owner owner;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private long queued;
  private int inFlight;
  private long sent;
  private boolean atTurnEnd;
  private boolean pumping;
  private boolean closed;

  /** Who is told. */
  interface Owner {
    /** Bytes left, perhaps from within {@link #flush}. */
    void left();

    /** The socket did not take everything. */
    void busy();

    /** A write failed. */
    void lost(Throwable cause);
  }

  SendQueue(NetLoop loop, Channel channel, Owner owner) {
    this.loop = loop;
    this.channel = channel;
    this.owner = owner;
  }

  /** Takes a frame. */
  void add(ByteBuf frame) {
    int n = frame.readableBytes();
    if (n == 0 || closed) {
      frame.release();
      return;
    }
    waiting.add(frame);
    queued += n;
    if (!atTurnEnd) {
      atTurnEnd = true;
      loop.flushAtTurnEnd(this);
    }
  }

  @Override
  public void turnEnded() {
    atTurnEnd = false;
    flush();
  }

  @Override
  public void lost(Throwable cause) {
    owner.lost(cause);
  }

  /** Bytes taken and not yet in the kernel. */
  long queued() {
    return queued;
  }

  /** A number that changes whenever a byte leaves. */
  long progress() {
    var outbound = channel.unsafe().outboundBuffer();
    return sent + (outbound == null ? 0 : outbound.currentProgress());
  }

  void flush() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (!waiting.isEmpty() && inFlight < CHUNK) {
        var chunk = fill();
        int n = chunk.readableBytes();
        inFlight += n;
        channel.writeAndFlush(chunk).addListener((ChannelFuture f) -> written(f, n));
      }
    } finally {
      pumping = false;
    }
    if (queued > 0) {
      owner.busy();
    }
  }

  private ByteBuf fill() {
    int wanted = (int) Math.min(queued, CHUNK) - inFlight;
    // a busy socket holds on to its buffers: give it no more than it needs
    var chunk =
        inFlight == 0
            ? loop.writeBuffer()
            : PooledByteBufAllocator.DEFAULT.directBuffer(wanted, wanted);
    ByteBuffer room = chunk.internalNioBuffer(0, wanted);
    int left = wanted;
    while (left > 0) {
      var frame = waiting.getFirst();
      int n = Math.min(left, frame.readableBytes());
      if (frame.hasArray()) {
        room.put(frame.array(), frame.arrayOffset() + frame.readerIndex(), n);
      } else {
        room.put(frame.nioBuffer(frame.readerIndex(), n));
      }
      frame.skipBytes(n);
      left -= n;
      if (!frame.isReadable()) {
        waiting.removeFirst().release();
      }
    }
    return chunk.setIndex(0, wanted);
  }

  private void written(ChannelFuture future, int n) {
    inFlight -= n;
    if (closed) {
      return;
    }
    queued -= n;
    if (!future.isSuccess()) {
      owner.lost(future.cause());
      return;
    }
    sent += n;
    flush();
    owner.left();
  }

  /** Forgets what has not left. */
  void close() {
    closed = true;
    queued = 0;
    for (var frame = waiting.poll(); frame != null; frame = waiting.poll()) {
      frame.release();
    }
  }
}
