package io.sennit.sim.proxy;

import io.sennit.sim.Injected;
import io.sennit.sim.Injected.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on a loopback port of its own that forwards to one target and disturbs them. Every
 * method may be called from any thread, at any time. A connection the target does not take is
 * reset. At most 256 connections at once; more are reset and counted as {@code TooMany}.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int MOST = 256;
  private static final int CONNECT_MILLIS = 5_000;

  private volatile InetSocketAddress target;
  private final Standing standing;
  private final Entrance entrance;
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private TcpProxy(InetSocketAddress target, long seed) throws IOException {
    this.target = target;
    this.standing = new Standing(seed);
    this.entrance = new Entrance();
  }

  /**
   * Starts one.
   *
   * @param seed decides jitter and flipped bits
   * @throws UncheckedIOException if no port can be had
   */
  public static TcpProxy to(InetSocketAddress target, long seed) {
    try {
      var proxy = new TcpProxy(target, seed);
      proxy.start("accept", proxy::acceptAll);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("a proxy to " + target, e);
    }
  }

  /** Where to dial instead of the target. */
  public InetSocketAddress address() {
    return entrance.address();
  }

  /** Forwards new connections to another target: a process that came back on another port. */
  public void moveTo(InetSocketAddress elsewhere) {
    target = elsewhere;
  }

  /** Makes a fault stand in both directions (or happen, if it happens once). */
  public void set(Disturbance.OnLinks fault) {
    for (var direction : Direction.values()) {
      set(direction, fault);
    }
  }

  /** Makes a fault stand in one direction, in place of another of its kind. */
  public void set(Direction direction, Disturbance.OnLinks fault) {
    switch (fault) {
      case Disturbance.Cut _ -> new ArrayList<>(pairs).forEach(this::cut);
      case Disturbance.HalfClose _ ->
          new ArrayList<>(pairs).forEach(pair -> halfClose(pair, direction));
      case Disturbance.Refuse _ -> shut(direction, entrance::refuse);
      case Disturbance.Hang _ -> shut(direction, entrance::hang);
      case Disturbance.Latency _,
          Disturbance.Rate _,
          Disturbance.Slice _,
          Disturbance.BlackHole _,
          Disturbance.CutAfter _,
          Disturbance.Corrupt _ ->
          standing.set(direction, fault);
    }
  }

  private void shut(Direction direction, Runnable how) {
    if (direction == Direction.TO_TARGET) { // once, when set for both
      how.run();
      standing.countSetUp(Kind.REFUSED);
    }
  }

  /** Lifts faults of a kind in both directions. */
  public void lift(Class<? extends Disturbance.OnLinks> kind) {
    standing.lift(kind);
    if (kind == Disturbance.Refuse.class || kind == Disturbance.Hang.class) {
      entrance.open();
    }
  }

  /** Lifts everything. */
  public void heal() {
    standing.clear();
    entrance.open();
  }

  /**
   * What was done to connections so far, in the simulation's words: a copy. Latency is not counted;
   * who was refused or left hanging was so by the system, unseen, so it is counted as set up.
   */
  public Injected injected() {
    return standing.injected();
  }

  /** How often something befell the proxy itself, by name: {@code TooMany} and the like. */
  public Map<String, Long> troubles() {
    return standing.troubles();
  }

  /** Connections that go through now. */
  public int connections() {
    return pairs.size();
  }

  /** Ends all connections (reset), threads and the port; idempotent. */
  @Override
  public void close() {
    closed = true;
    standing.close();
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      pairs.forEach(this::resetBoth);
      threads.forEach(Thread::interrupt);
      joinAll();
    }
  }

  private void joinAll() {
    try {
      for (var thread : threads) {
        if (thread != Thread.currentThread() && !thread.join(java.time.Duration.ofSeconds(10))) {
          throw new IllegalStateException(thread + " did not end with its proxy");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // they end without us looking on
    }
  }

  private static final class Pair {
    final Socket near;
    final Socket far;
    final AtomicInteger directionsLeft = new AtomicInteger(2);

    Pair(Socket near, Socket far) {
      this.near = near;
      this.far = far;
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

  private void acceptAll() {
    try {
      for (var near = entrance.accept(); near != null; near = entrance.accept()) {
        var accepted = near;
        start("connect", () -> connect(accepted));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("accepting for " + target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void connect(Socket near) {
    var pair = new Pair(near, new Socket());
    if (pairs.size() >= MOST) {
      standing.trouble("TooMany");
      resetBoth(pair);
      return;
    }
    pairs.add(pair);
    try {
      pair.far.connect(target, CONNECT_MILLIS);
      pair.near.setTcpNoDelay(true); // slices leave as they are cut
      pair.far.setTcpNoDelay(true);
    } catch (IOException e) {
      standing.trouble("TargetNotThere");
      resetBoth(pair);
      return;
    }
    pump(pair, near, pair.far, Direction.TO_TARGET);
    pump(pair, pair.far, near, Direction.FROM_TARGET);
    if (closed) {
      resetBoth(pair);
    }
  }

  private void pump(Pair pair, Socket from, Socket to, Direction direction) {
    var pump =
        new Pump(
            from,
            to,
            direction,
            standing,
            () -> resetBoth(pair),
            () -> {
              if (pair.directionsLeft.decrementAndGet() == 0) {
                closeBoth(pair);
              }
            });
    start("read", pump::read);
    start("write", pump::write);
  }

  private void cut(Pair pair) {
    if (pairs.contains(pair)) {
      standing.count(Kind.CUT);
      resetBoth(pair);
    }
  }

  private void halfClose(Pair pair, Direction direction) {
    var socket = direction == Direction.TO_TARGET ? pair.far : pair.near;
    try {
      if (!socket.isOutputShutdown()) {
        socket.shutdownOutput();
        standing.count(Kind.HALF_CLOSE);
      }
    } catch (IOException e) {
      resetBoth(pair); // it was ending already
    }
  }

  /** Closing with linger 0 sends a reset in place of an end. */
  private void resetBoth(Pair pair) {
    for (var socket : new Socket[] {pair.near, pair.far}) {
      try {
        if (!socket.isClosed()) {
          socket.setSoLinger(true, 0);
        }
      } catch (IOException e) {
        standing.trouble("ClosedMeanwhile"); // by its other direction: reset already
      }
    }
    closeBoth(pair);
  }

  private void closeBoth(Pair pair) {
    pairs.remove(pair);
    try (var near = pair.near;
        var far = pair.far) {
      near.close();
      far.close();
    } catch (IOException e) {
      standing.trouble("ClosedMeanwhile");
    }
  }
}
