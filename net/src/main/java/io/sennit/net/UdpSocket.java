package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.loop.RareLog;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A UDP socket. Packets taken in a turn leave together at its end. */
final class UdpSocket extends ChannelInboundHandlerAdapter
    implements Datagrams.Socket, NetLoop.Ends {
  /** How long a closed socket waits for room in the kernel for what it took before. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long DROPS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final NetLoop loop;
  private final int maxPacket;
  private final long maxQueuedBytes;
  private final Datagrams.Handler handler;
  private final Runnable flush = this::flush;
  private final Runnable lookForDrops = this::lookForDrops;
  private final RareLog log = RareLog.of("io.sennit.net.datagrams");
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder droppedFull = new LongAdder();
  private final LongAdder droppedLong = new LongAdder();
  private final LongAdder droppedPath = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private volatile Address local = Address.of("unbound", 0);
  private volatile int receiveBuffer;
  private volatile long droppedKernel = UdpOptions.UNKNOWN;
  private volatile boolean looking;
  private volatile boolean closed;
  private @Nullable DatagramChannel channel;
  private @Nullable PacketTrain leaving;
  private PathMtu.@Nullable Known path;
  private Loop.@Nullable Timer linger;
  private long looked;
  private long queued;
  private boolean flushing;

  UdpSocket(NetLoop loop, int maxPacket, long maxQueuedBytes, Datagrams.Handler handler) {
    this.loop = loop;
    this.maxPacket = maxPacket;
    this.maxQueuedBytes = maxQueuedBytes;
    this.handler = handler;
  }

  @Nullable DatagramChannel channel() {
    return channel;
  }

  /** Room for the longest packet and one byte more, which shows that one was longer. */
  int slot() {
    return maxPacket + 1;
  }

  void bound(DatagramChannel open, Address at) {
    channel = open;
    leaving = new PacketTrain(open, this::left);
    local = at;
    receiveBuffer = UdpOptions.receiveBuffer(open);
    looked = loop.nanoTime();
    droppedKernel = UdpOptions.kernelDrops(open);
    loop.lives(this);
  }

  @Override
  public Address local() {
    return local;
  }

  @Override
  public int receiveBuffer() {
    return receiveBuffer;
  }

  @Override
  public Optional<Endpoint> localToward(Endpoint peer) {
    assert loop.inLoop() : "off the loop";
    var open = channel;
    if (open == null || !open.isOpen()) {
      return Optional.empty();
    }
    var own = NetNames.endpoint(open.localAddress());
    if (!own.isAny()) {
      return Optional.of(own);
    }
    return PathMtu.localToward(peer).map(ip -> new Endpoint(ip.ipHigh(), ip.ipLow(), own.port()));
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
      var train = leaving;
      if (closed || train == null) {
        return false;
      }
      if (n == 0) {
        errors.increment(); // Netty would say that it was sent, and send nothing
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
      train.add(to, packet);
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
    if (leaving != null) {
      leaving.leave();
    }
  }

  /** Some packets to one target are in the kernel, or failed. */
  private void left(Endpoint to, int count, int bytes, @Nullable Throwable failure) {
    queued -= bytes;
    if (failure == null) {
      sent.add(count);
    } else if (UdpOptions.isTooLong(failure)) {
      droppedPath.add(count);
      tooLong(to, bytes);
    } else {
      errors.add(count);
    }
    if (linger != null && queued == 0) {
      shut();
    }
  }

  private void tooLong(Endpoint to, int bytes) {
    if (closed) {
      return;
    }
    var known = path;
    if (known == null || !known.isFor(to, loop.nanoTime())) {
      known = PathMtu.ask(to, loop.nanoTime());
      path = known;
    }
    try {
      handler.tooLong(to, bytes, known.fits());
    } catch (Throwable t) {
      handlerFailed("a packet that was too long", t);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var packet = (DatagramPacket) message;
    try {
      receive(packet.sender(), packet.content());
    } finally {
      packet.release();
    }
  }

  private void receive(InetSocketAddress from, ByteBuf packet) {
    if (closed) {
      return;
    }
    if (packet.readableBytes() > maxPacket) {
      droppedLong.increment();
      return;
    }
    loop.nanoTime(); // the turn's work begins here
    received.increment();
    var lent = loop.lend(packet);
    try {
      handler.packet(NetNames.endpoint(from), lent);
    } catch (Throwable t) {
      handlerFailed("a packet", t);
    } finally {
      loop.giveBack(lent);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (closed) {
      return;
    }
    if (loop.nanoTime() - looked > DROPS_NANOS) {
      lookForDrops();
    }
    try {
      handler.batchEnd();
    } catch (Throwable t) {
      handlerFailed("the end of a batch", t);
    }
  }

  /** A peer can make a decoder throw with each packet, so few of these are logged. */
  private void handlerFailed(String on, Throwable why) {
    errors.increment();
    log.log(loop.nanoTime(), Level.WARNING, "the handler of " + local + " failed on " + on, why);
  }

  private void lookForDrops() {
    looking = false;
    looked = loop.nanoTime();
    var open = channel;
    if (open != null && open.isOpen()) {
      droppedKernel = UdpOptions.kernelDrops(open);
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
    if (!closed && !looking) {
      looking = true;
      loop.soon(lookForDrops);
    }
    return new Datagrams.Stats(
        sent.sum(),
        received.sum(),
        droppedFull.sum(),
        droppedLong.sum(),
        droppedPath.sum(),
        droppedKernel,
        errors.sum());
  }

  @Override
  public void end(SennitException why) {
    closed = true;
    flush();
    shut();
  }

  @Override
  public void close() {
    closed = true;
    loop.soon(this::closing);
  }

  /** What was taken before leaves first. */
  private void closing() {
    flush();
    if (queued == 0) {
      shut();
    } else if (linger == null) {
      linger = loop.timer(this::shut);
      linger.arm(LINGER_NANOS);
    }
  }

  private void shut() {
    loop.ended(this);
    if (linger != null) {
      linger.cancel();
    }
    if (channel != null) {
      lookForDrops();
      channel.close();
    }
  }
}
