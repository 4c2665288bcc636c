package io.sennit.sim.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A UDP proxy on a loopback port of its own that forwards to one target and disturbs them. Each
 * sender gets a port of its own towards the target, at most 256 of them; packets of more are
 * dropped and counted as {@code TooMany}. At most 4096 packets are on their way; more are dropped
 * and counted as {@code Full}. Every method may be called from any thread, at any time.
 */
public final class UdpProxy implements AutoCloseable {
  private static final int MOST = 256;
  private static final int LARGEST = 65_507; // bytes, by the protocol

  private final SocketAddress target;
  private final Standing standing;
  private final DelayLine line;
  private final DatagramSocket near;
  private final ConcurrentMap<SocketAddress, DatagramSocket> far = new ConcurrentHashMap<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private UdpProxy(InetSocketAddress target, long seed) throws IOException {
    this.target = target;
    this.standing = new Standing(seed);
    this.line = new DelayLine(standing);
    this.near = socket();
  }

  /**
   * Starts one.
   *
   * @param seed decides which packets are hit, and jitter
   * @throws UncheckedIOException if no port can be had
   */
  public static UdpProxy to(InetSocketAddress target, long seed) {
    try {
      var proxy = new UdpProxy(target, seed);
      proxy.start("send", proxy.line::run);
      proxy.start("receive", proxy::fromSenders);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("a proxy to " + target, e);
    }
  }

  private static DatagramSocket socket() throws SocketException {
    return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Where to send instead of to the target. */
  public InetSocketAddress address() {
    return new InetSocketAddress(near.getLocalAddress(), near.getLocalPort());
  }

  /** Makes a fault stand in both directions. */
  public void set(Disturbance fault) {
    for (var direction : Direction.values()) {
      set(direction, fault);
    }
  }

  /**
   * Makes a fault stand in one direction, in place of another of its kind.
   *
   * @throws IllegalArgumentException for a fault of connections
   */
  public void set(Direction direction, Disturbance fault) {
    if (!fault.udp()) {
      throw new IllegalArgumentException("not for UDP: " + fault);
    }
    standing.set(direction, fault);
  }

  /** Lifts faults of a kind in both directions. */
  public void lift(Class<? extends Disturbance> kind) {
    standing.lift(kind);
  }

  /** Lifts everything. */
  public void heal() {
    standing.clear();
  }

  /** How often each fault was done, by the name of its kind; a fault never done is not there. */
  public Map<String, Long> counts() {
    return standing.counts();
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
        (bytes, sender) -> {
          var out = towardsTarget(sender);
          if (out != null) {
            pass(Direction.TO_TARGET, out, target, bytes);
          }
        });
  }

  private @org.jspecify.annotations.Nullable DatagramSocket towardsTarget(SocketAddress sender) {
    var known = far.get(sender);
    if (known != null) {
      return known;
    }
    if (far.size() >= MOST) {
      standing.count("TooMany");
      return null;
    }
    try {
      var made = socket();
      far.put(sender, made);
      start(
          "receive",
          () -> receive(made, (bytes, from) -> pass(Direction.FROM_TARGET, near, sender, bytes)));
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
        standing.count("ReceiveFailed"); // the target's port is not there: as packets lost
      }
    }
  }

  private void pass(Direction direction, DatagramSocket out, SocketAddress to, byte[] bytes) {
    if (standing.now(direction, Disturbance.BlackHole.class) != null) {
      standing.count(Disturbance.BlackHole.class);
      return;
    }
    var loss = standing.now(direction, Disturbance.Loss.class);
    if (loss != null && standing.hits(loss.share())) {
      standing.count(Disturbance.Loss.class);
      return;
    }
    standing.flip(direction, bytes, bytes.length);
    line.add(direction, out, to, bytes);
    var twice = standing.now(direction, Disturbance.Duplicate.class);
    if (twice != null && standing.hits(twice.share())) {
      standing.count(Disturbance.Duplicate.class);
      line.add(direction, out, to, bytes);
    }
  }
}
