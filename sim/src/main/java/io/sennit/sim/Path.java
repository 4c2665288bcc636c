package io.sennit.sim;

import java.util.ArrayList;
import java.util.List;

/** One direction between two nodes. */
final class Path {
  /** Bytes of the longest IP packet a network interface takes, headers included. */
  static final int USUAL_MTU = 1500;

  static final int LOOPBACK_MTU = 65_536;

  private static final int SPIKE = 20;

  private final Network network;
  private final double share; // where between one and two latencies this pair lies
  private int cuts;
  private int clogs;
  private int refusals;
  private int hangs;
  private int mtu = USUAL_MTU;
  private int knownMtu = USUAL_MTU;
  private boolean silent;
  private long busyUntil;
  private long cutPlan = Long.MAX_VALUE;
  private final List<Runnable> clogged = new ArrayList<>();

  Path(Network network) {
    this.network = network;
    this.share = network.random().nextDouble();
  }

  boolean isCut() {
    return cuts > 0;
  }

  boolean isClogged() {
    return clogs > 0;
  }

  /** Whether a segment gets through at this moment. */
  boolean passes() {
    return cuts == 0 && clogs == 0;
  }

  void cut() {
    cuts++;
  }

  void mend() {
    cuts = Math.max(0, cuts - 1);
  }

  void clog() {
    clogs++;
  }

  void release() {
    clogs = Math.max(0, clogs - 1);
    if (clogs == 0) {
      var held = List.copyOf(clogged);
      clogged.clear();
      held.forEach(Runnable::run);
    }
  }

  /** Whether new connections this way are refused, though someone listens. */
  boolean isRefusing() {
    return refusals > 0;
  }

  /** Whether new connections this way get no answer. */
  boolean isHanging() {
    return hangs > 0;
  }

  void refuse(int more) {
    refusals = Math.max(0, refusals + more);
  }

  void hang(int more) {
    hangs = Math.max(0, hangs + more);
  }

  /** Everything mended and released. */
  void heal() {
    cuts = 0;
    refusals = 0;
    hangs = 0;
    widen();
    clogs = Math.min(clogs, 1);
    if (clogs > 0) {
      release();
    }
  }

  /** What the sender's system knows the path to take; what is longer does not leave. */
  int knownMtu() {
    return knownMtu;
  }

  /**
   * Whether a packet of so many bytes, headers included, gets through. If not, the sender learns it
   * a round trip later, unless the path is a black hole that tells nobody.
   */
  boolean takes(int bytes) {
    if (bytes <= mtu) {
      return true;
    }
    if (!silent) {
      int told = mtu;
      network
          .simulation()
          .after(Event.of(null, () -> knownMtu = mtu == told ? told : knownMtu), 2 * nanos(bytes));
    }
    return false;
  }

  /**
   * From now on the path takes packets of so many bytes only, headers included.
   *
   * @param untold whether senders of longer ones are left in the dark
   */
  void narrow(int bytes, boolean untold) {
    mtu = bytes;
    silent = untold;
  }

  void widen() {
    narrow(USUAL_MTU, false);
    knownMtu = USUAL_MTU;
  }

  /** The next connection is cut when so many bytes have come this way. */
  void planCut(long afterBytes) {
    cutPlan = afterBytes;
  }

  long takeCutPlan() {
    long plan = cutPlan;
    cutPlan = Long.MAX_VALUE;
    return plan;
  }

  /** Does it when the path is clogged no more. */
  void whenReleased(Runnable what) {
    clogged.add(what);
  }

  /** How long so many bytes take that leave now. */
  long nanos(int bytes) {
    var simulation = network.simulation();
    var weather = simulation.weather();
    var random = network.random();
    long nanos = (long) (1_000.0 * weather.latencyMicros() * (1 + share));
    int jitter = weather.jitterMicros();
    if (jitter > 0) {
      nanos += random.nextLong(1_000L * jitter);
    }
    if (weather.spike() > 0 && random.nextDouble() < weather.spike()) {
      simulation.inject(Injected.Kind.SPIKE);
      nanos *= SPIKE;
    }
    long rate = weather.bytesPerSecond();
    if (rate > 0) {
      long now = simulation.now();
      busyUntil = Math.max(busyUntil, now) + (long) (bytes * 1e9 / rate);
      nanos += busyUntil - now;
    }
    return nanos + 1;
  }
}
