package io.sennit.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.sim.Injected.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Packets of any fabric, real ones too, in bad weather: what a socket sends and what it receives is
 * dropped, delayed, doubled, reordered, damaged and paced by a {@link PathWeather} for each
 * direction, as paths of a simulation do. The seed decides which packets are hit: the first socket
 * bound here hits the same of its packets in each run.
 *
 * <p>Rate and bursts are those of a socket's direction, whoever the peers are. At most 4,096
 * packets of a direction are held back; more are dropped and counted as {@code TAIL_DROP}. What is
 * held back when a socket closes is lost. Any thread may change the weather, at any time.
 */
public final class FaultyDatagrams implements Datagrams {
  private final Datagrams inner;
  private final long seed;
  private final AtomicInteger bound = new AtomicInteger();
  private final Map<Endpoint, PathWeather> towards = new ConcurrentHashMap<>();
  private final Injected injected = new Injected();
  private volatile PathWeather outgoing = PathWeather.builder().build();
  private volatile PathWeather incoming = outgoing;

  /** Calm until weather is made. */
  public FaultyDatagrams(Datagrams inner, long seed) {
    this.inner = inner;
    this.seed = seed;
  }

  /** The weather of all that is sent from now on, but for peers with their own. */
  public void outgoing(PathWeather weather) {
    outgoing = weather;
  }

  /** The weather of what is sent to one peer from now on. */
  public void outgoing(Endpoint to, PathWeather weather) {
    towards.put(to, weather);
  }

  /** The weather of all that is received from now on. */
  public void incoming(PathWeather weather) {
    incoming = weather;
  }

  /** Fair weather for all. */
  public void clear() {
    towards.clear();
    outgoing(PathWeather.builder().build());
    incoming(outgoing);
  }

  /** What has met packets so far: a copy. */
  public Injected injected() {
    synchronized (injected) {
      return new Injected().plus(injected);
    }
  }

  private void count(Kind kind) {
    synchronized (injected) {
      injected.add(kind);
    }
  }

  @Override
  public void bind(
      Loop loop,
      Address at,
      int maxPacket,
      long maxQueuedBytes,
      Handler handler,
      Done<Socket> done) {
    var random = new SplittableRandom(Trace.mix(seed + bound.getAndIncrement()));
    var in = new Incoming(loop, random.split(), handler);
    inner.bind(
        loop,
        at,
        maxPacket,
        maxQueuedBytes,
        in,
        Done.of(
            socket -> done.ok(new FaultySocket(loop, random.split(), socket, in)), done::failed));
  }

  @Override
  public void interfaces(Loop loop, Done<List<Interface>> done) {
    inner.interfaces(loop, done);
  }

  private final class Incoming implements Handler, PacketLane.Sink {
    private final Handler handler;
    private final PacketLane lane;

    Incoming(Loop loop, SplittableRandom random, Handler handler) {
      this.handler = handler;
      this.lane = new PacketLane(loop, random, FaultyDatagrams.this::count, this);
    }

    @Override
    public void packet(Endpoint from, ByteBuf packet) {
      var bytes = new byte[packet.readableBytes()];
      packet.readBytes(bytes);
      lane.pass(incoming, from, bytes);
    }

    @Override
    public void take(Endpoint from, byte[] bytes) {
      handler.packet(from, Unpooled.wrappedBuffer(bytes));
    }

    @Override
    public void batchEnd() {
      handler.batchEnd();
    }

    @Override
    public void pause() {
      handler.batchEnd();
    }

    @Override
    public void tooLong(Endpoint to, int bytes, int fits) {
      handler.tooLong(to, bytes, fits);
    }

    @Override
    public void failed(SennitException why) {
      handler.failed(why);
    }
  }

  private final class FaultySocket implements Socket, PacketLane.Sink {
    private final Loop loop;
    private final Socket socket;
    private final Incoming in;
    private final PacketLane out;

    FaultySocket(Loop loop, SplittableRandom random, Socket socket, Incoming in) {
      this.loop = loop;
      this.socket = socket;
      this.in = in;
      this.out = new PacketLane(loop, random, FaultyDatagrams.this::count, this);
    }

    @Override
    public Address local() {
      return socket.local();
    }

    @Override
    public Optional<Endpoint> localToward(Endpoint peer) {
      return socket.localToward(peer);
    }

    @Override
    public int receiveBuffer() {
      return socket.receiveBuffer();
    }

    @Override
    public ByteBuf packet() {
      return socket.packet();
    }

    @Override
    public boolean send(Endpoint to, ByteBuf packet) {
      var bytes = new byte[packet.readableBytes()];
      packet.getBytes(packet.readerIndex(), bytes);
      packet.release();
      out.pass(towards.getOrDefault(to, outgoing), to, bytes);
      return true;
    }

    @Override
    public void take(Endpoint to, byte[] bytes) {
      var packet = socket.packet();
      packet.writeBytes(bytes);
      socket.send(to, packet);
    }

    @Override
    public void pause() {}

    @Override
    public void tooLong(Endpoint to, int bytes, int fits) {
      in.handler.tooLong(to, bytes, fits);
    }

    @Override
    public Stats stats() {
      return socket.stats();
    }

    @Override
    public void close() {
      loop.execute(
          () -> {
            in.lane.close();
            out.close();
          });
      socket.close();
    }
  }
}
