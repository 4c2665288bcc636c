package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.sennit.core.link.FrameQueue;
import java.io.IOException;

/**
 * Sends a link's frames through TLS: gives the TLS handler above a chunk at a time, catches the
 * ciphertext below it and writes that to the kernel. Ciphertext the kernel does not take waits on
 * the heap, and no more is made until it has left.
 */
final class TlsSender extends ChannelOutboundHandlerAdapter {
  private final NetLoop loop;
  private final Channel channel;
  private final SocketWriter writer;
  private final SocketPipe pipe;
  private final FrameQueue sealed = new FrameQueue();
  private int plain;
  private boolean closed;

  TlsSender(NetLoop loop, Channel channel, SocketWriter writer, SocketPipe pipe) {
    this.loop = loop;
    this.channel = channel;
    this.writer = writer;
    this.pipe = pipe;
  }

  /** Bytes given to TLS and not yet to the kernel. */
  long underWay() {
    return plain + sealed.bytes();
  }

  void send(FrameQueue frames) {
    while (frames.bytes() > 0 && plain == 0 && sealed.bytes() == 0 && writer.held() == 0) {
      int n = (int) Math.min(frames.bytes(), SocketWriter.CHUNK);
      var chunk = loop.writeBuffer();
      frames.copyTo(chunk.internalNioBuffer(0, n));
      chunk.setIndex(0, n);
      frames.drop(n);
      plain = n;
      channel.writeAndFlush(chunk).addListener((ChannelFuture done) -> made(done));
      if (closed) {
        return;
      }
    }
  }

  private void made(ChannelFuture done) {
    plain = 0;
    if (!closed && !done.isSuccess()) {
      pipe.lost(done.cause());
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (closed) {
      ((ByteBuf) message).release();
    } else {
      sealed.add((ByteBuf) message);
    }
    promise.trySuccess();
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush(); // the last of the handshake was written before this handler came
    try {
      drain();
    } catch (IOException e) {
      pipe.lost(e);
      return;
    }
    pipe.drained();
  }

  /** Writes what the kernel takes. */
  void drain() throws IOException {
    if (!closed) {
      writer.drain(sealed);
      if (sealed.bytes() > 0) {
        sealed.moveToHeap();
      }
    }
  }

  /** Forgets what has not left. */
  void close() {
    closed = true;
    sealed.clear();
  }
}
