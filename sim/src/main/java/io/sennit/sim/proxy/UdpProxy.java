package io.sennit.sim.proxy;

import io.sennit.sim.Injected;
import io.sennit.sim.Injected.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A UDP proxy on a loopback port of its own that forwards packets to one target and disturbs them.
 * It stands before a target ({@link #to}): each sender gets a port of its own towards the target,
 * at most 256 of them; packets of more are dropped and counted as {@code TooMany}. Or it stands
 * between two sockets ({@link #between}): both know its one port, and packets of others are dropped
 * and counted as {@code Stranger}. At most 4096 packets are on their way; more are dropped and
 * counted as {@code TAIL_DROP}. Every method may be called from any thread, at any time.
 */
public final class UdpProxy implements AutoCloseable {
  private static final int MOST = 256;
  private static final int LARGEST = 65_507; // bytes, by the protocol
  private static final int BUFFER = 1 << 20; // asked of the kernel, so that bursts are not lost

  private volatile InetSocketAddress target;
  private volatile @Nullable InetSocketAddress sender; // the only one, where there is one
  private final Standing standing;
  private final DelayLine line;
  private final DatagramSocket near;
  private final ConcurrentMap<SocketAddress, DatagramSocket> far = new ConcurrentHashMap<>();
  private final EnumSet<Direction> inBurst = EnumSet.noneOf(Direction.class); // guarded by itself
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private UdpProxy(@Nullable InetSocketAddress sender, InetSocketAddress target, long seed)
      throws IOException {
    this.sender = sender;
    this.target = target;
    this.standing = new Standing(seed);
    this.line = new DelayLine(standing);
    this.near = socket();
  }

  /**
   * Starts one before a target, for whoever sends to it.
   *
   * @param seed decides which packets are hit, and jitter
   * @throws UncheckedIOException if no port can be had
   */
  public static UdpProxy to(InetSocketAddress target, long seed) {
    return start(null, target, seed);
  }

  /**
   * Starts one between two sockets: what {@code sender} sends here goes to {@code target}, and the
   * other way round; each sees the proxy's port as the other's.
   *
   * @param seed decides which packets are hit, and jitter
   * @throws UncheckedIOException if no port can be had
   */
  public static UdpProxy between(InetSocketAddress sender, InetSocketAddress target, long seed) {
    return start(sender, target, seed);
  }

  private static UdpProxy start(
      @Nullable InetSocketAddress sender, InetSocketAddress target, long seed) {
    try {
      var proxy = new UdpProxy(sender, target, seed);
      proxy.start("send", proxy.line::run);
      proxy.start("receive", proxy::fromSenders);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("a proxy to " + target, e);
    }
  }

  private static DatagramSocket socket() throws SocketException {
    var made = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    made.setReceiveBufferSize(BUFFER);
    return made;
  }

  /** Where to send instead of to the target. */
  public InetSocketAddress address() {
    return new InetSocketAddress(near.getLocalAddress(), near.getLocalPort());
  }

  /** Forwards to another target from now on: a process that came back on another port. */
  public void moveTo(InetSocketAddress elsewhere) {
    target = elsewhere;
  }

  /**
   * Stands between the target and another sender from now on.
   *
   * @throws IllegalStateException if it does not stand between two
   */
  public void moveFrom(InetSocketAddress elsewhere) {
    if (sender == null) {
      throw new IllegalStateException("this proxy takes packets of all senders");
    }
    sender = elsewhere;
  }

  /** Makes a fault stand in both directions. */
  public void set(Disturbance.OnPackets fault) {
    for (var direction : Direction.values()) {
      set(direction, fault);
    }
  }

  /** Makes a fault stand in one direction, in place of another of its kind. */
  public void set(Direction direction, Disturbance.OnPackets fault) {
    standing.set(direction, fault);
  }

  /** Lifts faults of a kind in both directions. */
  public void lift(Class<? extends Disturbance.OnPackets> kind) {
    standing.lift(kind);
  }

  /** Lifts everything. */
  public void heal() {
    standing.clear();
  }

  /** What was done to packets so far, in the simulation's words: a copy. Latency is not counted. */
  public Injected injected() {
    return standing.injected();
  }

  /** How often something befell the proxy itself, by name: {@code TooMany} and the like. */
  public Map<String, Long> troubles() {
    return standing.troubles();
  }

  /** Ends its threads and ports; packets on their way are lost; idempotent. */
  @Override
  public void close() {
    closed = true;
    standing.close();
    line.close();
    near.close();
    far.values().forEach(DatagramSocket::close);
    try {
      for (var thread : threads) {
        if (!thread.join(java.time.Duration.ofSeconds(10))) {
          throw new IllegalStateException(thread + " did not end with its proxy");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // they end without us looking on
    }
  }

  private void start(String what, Runnable work) {
    var thread =
        Thread.ofVirtual()
            .name("sennit-proxy-" + what)
            .unstarted(
                () -> {
                  try {
                    work.run();
                  } finally {
                    threads.remove(Thread.currentThread());
                  }
                });
    threads.add(thread);
    thread.start();
  }

  private void fromSenders() {
    receive(
        near,
        (bytes, from) -> {
          var only = sender;
          if (only == null) {
            var out = towardsTarget(from);
            if (out != null) {
              pass(Direction.TO_TARGET, out, target, bytes);
            }
          } else if (from.equals(only)) {
            pass(Direction.TO_TARGET, near, target, bytes);
          } else if (from.equals(target)) {
            pass(Direction.FROM_TARGET, near, only, bytes);
          } else {
            standing.trouble("Stranger");
          }
        });
  }

  private @Nullable DatagramSocket towardsTarget(SocketAddress from) {
    var known = far.get(from);
    if (known != null) {
      return known;
    }
    if (far.size() >= MOST) {
      standing.trouble("TooMany");
      return null;
    }
    try {
      var made = socket();
      far.put(from, made);
      start(
          "receive",
          () -> receive(made, (bytes, _) -> pass(Direction.FROM_TARGET, near, from, bytes)));
      if (closed) {
        made.close();
      }
      return made;
    } catch (SocketException e) {
      throw new UncheckedIOException("a port towards " + target, e);
    }
  }

  private interface Receiver {
    void packet(byte[] bytes, SocketAddress from);
  }

  private void receive(DatagramSocket socket, Receiver receiver) {
    var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    while (!closed) {
      try {
        packet.setLength(LARGEST);
        socket.receive(packet);
        receiver.packet(
            Arrays.copyOf(packet.getData(), packet.getLength()), packet.getSocketAddress());
      } catch (IOException e) {
        if (socket.isClosed()) {
          return;
        }
        standing.trouble("ReceiveFailed"); // the target's port is not there: as packets lost
      }
    }
  }

  private void pass(Direction direction, DatagramSocket out, SocketAddress to, byte[] bytes) {
    if (standing.swallows(direction)) {
      return;
    }
    var lost = drop(direction);
    if (lost != null) {
      standing.count(lost);
      return;
    }
    var rest = truncated(direction, bytes);
    standing.corrupt(direction, rest, rest.length);
    line.add(new DelayLine.Packet(direction, out, to, rest, false));
    var twice = standing.now(direction, Disturbance.Duplicate.class);
    if (twice != null && standing.hits(twice.share())) {
      line.add(new DelayLine.Packet(direction, out, to, rest, true));
    }
  }

  /** Why a packet is lost, or null. */
  private @Nullable Kind drop(Direction direction) {
    var burst = standing.now(direction, Disturbance.Burst.class);
    if (burst != null && isInBurst(direction, burst) && standing.hits(burst.loss().loss())) {
      return Kind.BURST;
    }
    var loss = standing.now(direction, Disturbance.Loss.class);
    return loss != null && standing.hits(loss.share()) ? Kind.LOSS : null;
  }

  /** Whether the direction is in its bad state for this packet, as Gilbert and Elliott have it. */
  private boolean isInBurst(Direction direction, Disturbance.Burst burst) {
    synchronized (inBurst) { // senders' packets are taken by one thread each
      var change = inBurst.contains(direction) ? burst.loss().ends() : burst.loss().begins();
      if (standing.hits(change) && !inBurst.remove(direction)) {
        inBurst.add(direction);
      }
      return inBurst.contains(direction);
    }
  }

  private byte[] truncated(Direction direction, byte[] bytes) {
    var truncate = standing.now(direction, Disturbance.Truncate.class);
    if (truncate == null || bytes.length < 2 || !standing.hits(truncate.share())) {
      return bytes;
    }
    standing.count(Kind.TRUNCATE);
    return Arrays.copyOf(bytes, 1 + (int) standing.dice(bytes.length - 1));
  }
}
