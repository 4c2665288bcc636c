package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Endpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A UDP socket. Packets taken in a turn leave together at its end. */
final class NetSocket extends ChannelInboundHandlerAdapter
    implements Datagrams.Socket, NetLoop.Ends {
  private static final Logger LOG = System.getLogger("io.sennit.net.datagrams");

  private final NetLoop loop;
  private final int maxPacket;
  private final long maxQueuedBytes;
  private final Datagrams.Handler handler;
  private final Runnable flush = this::flush;
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder droppedFull = new LongAdder();
  private final LongAdder droppedLong = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private Address local = Address.of("unbound", 0);
  private @Nullable DatagramChannel channel;
  private long queued;
  private boolean flushing;
  private volatile boolean closed;

  NetSocket(NetLoop loop, int maxPacket, long maxQueuedBytes, Datagrams.Handler handler) {
    this.loop = loop;
    this.maxPacket = maxPacket;
    this.maxQueuedBytes = maxQueuedBytes;
    this.handler = handler;
  }

  /** Room for the longest packet and one byte more, which shows that one was longer. */
  int slot() {
    return maxPacket + 1;
  }

  void bound(DatagramChannel open, Address at) {
    channel = open;
    local = at;
    loop.lives(this);
  }

  @Override
  public Address local() {
    return local;
  }

  @Override
  public ByteBuf packet() {
    return Unpooled.buffer(Math.min(maxPacket, 2048), maxPacket);
  }

  @Override
  public boolean send(Endpoint to, ByteBuf packet) {
    assert loop.inLoop() : "off the loop";
    try {
      int n = packet.readableBytes();
      var open = channel;
      if (closed || open == null) {
        return false;
      }
      if (n > maxPacket) {
        droppedLong.increment();
        return false;
      }
      if (queued + n > maxQueuedBytes) {
        droppedFull.increment();
        return false;
      }
      queued += n;
      var out = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, n)).writeBytes(packet);
      open.write(new DatagramPacket(out, NetNames.socket(to)))
          .addListener(
              result -> {
                queued -= n;
                (result.isSuccess() ? sent : errors).increment();
              });
      if (!flushing) {
        flushing = true;
        loop.atTurnEnd(flush);
      }
      return true;
    } finally {
      packet.release();
    }
  }

  private void flush() {
    flushing = false;
    if (channel != null) {
      channel.flush();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var packet = (DatagramPacket) message;
    try {
      receive(packet);
    } finally {
      packet.release();
    }
  }

  private void receive(DatagramPacket packet) {
    if (closed) {
      return;
    }
    if (packet.content().readableBytes() > maxPacket) {
      droppedLong.increment();
      return;
    }
    loop.nanoTime(); // the turn's work begins here
    received.increment();
    var lent = loop.lend(packet.content());
    try {
      handler.packet(NetNames.endpoint(packet.sender()), lent);
    } catch (Throwable t) {
      errors.increment();
      LOG.log(Level.WARNING, "the handler of " + local + " failed on a packet", t);
    } finally {
      loop.giveBack(lent);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!closed) {
      try {
        handler.batchEnd();
      } catch (Throwable t) {
        errors.increment();
        LOG.log(Level.WARNING, "the handler of " + local + " failed", t);
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    errors.increment(); // a packet to nobody comes back as an error of the socket
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!closed) {
      closed = true;
      loop.ended(this);
      handler.failed(
          new DisconnectedException("the socket at " + local + " is gone", ErrorContext.NONE));
    }
  }

  @Override
  public Datagrams.Stats stats() {
    return new Datagrams.Stats(
        sent.sum(), received.sum(), droppedFull.sum(), droppedLong.sum(), errors.sum());
  }

  @Override
  public void end(SennitException why) {
    close();
  }

  @Override
  public void close() {
    closed = true;
    loop.soon(
        () -> {
          loop.ended(this);
          if (channel != null) {
            channel.close();
          }
        });
  }
}
