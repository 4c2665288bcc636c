package io.sennit.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One direction between two nodes. */
final class Path {
  /** Bytes of the longest IP packet a network interface takes, headers included. */
  static final int USUAL_MTU = 1500;

  static final int LOOPBACK_MTU = 65_536;

  private static final int SPIKE = 20;

  /** What few paths have. */
  private static final class Troubles {
    final List<Fault> cuts = new ArrayList<>();
    final List<Fault> clogs = new ArrayList<>();
    final List<Fault> refusals = new ArrayList<>();
    final List<Fault> hangs = new ArrayList<>();
    final List<Runnable> clogged = new ArrayList<>();
    long cutPlan = Long.MAX_VALUE;
    int toldMtu; // 0: none
    @Nullable PathWeather weather;
    @Nullable RateQueue queue;
  }

  private final Network network;
  private final @Nullable Machine from;
  private final @Nullable Machine to;
  private final double share; // where between one and two latencies this pair lies
  private @Nullable Troubles troubles;
  boolean inBurst;
  private long packets;
  private long latest; // number of the latest packet that arrived

  Path(Network network, @Nullable Machine from, @Nullable Machine to, long random) {
    this.network = network;
    this.from = from;
    this.to = to;
    this.share = (random >>> 11) * 0x1p-53;
  }

  private Troubles troubles() {
    var now = troubles;
    if (now == null) {
      now = new Troubles();
      troubles = now;
    }
    return now;
  }

  PathWeather weather() {
    var now = troubles;
    var own = now == null ? null : now.weather;
    return own == null ? network.simulation().weather().path() : own;
  }

  void weather(@Nullable PathWeather own) {
    troubles().weather = own;
  }

  // ---- faults; who asks has something at stake, so that a standing fault has met something

  private static boolean meets(List<Fault> faults) {
    for (int i = 0; i < faults.size(); i++) {
      faults.get(i).meets();
    }
    return !faults.isEmpty();
  }

  /** Whether what comes this way now is lost. */
  boolean isCut() {
    var now = troubles;
    return now != null && meets(now.cuts);
  }

  /** Whether what comes this way now is held back. */
  boolean isClogged() {
    var now = troubles;
    return now != null && meets(now.clogs);
  }

  /** Whether a segment gets through at this moment. */
  boolean passes() {
    return !isCut() && !isClogged();
  }

  void cut(Fault by) {
    troubles().cuts.add(by);
  }

  void mend(Fault by) {
    troubles().cuts.remove(by);
  }

  void clog(Fault by) {
    troubles().clogs.add(by);
  }

  void release(Fault by) {
    var now = troubles();
    now.clogs.remove(by);
    if (now.clogs.isEmpty()) {
      var held = List.copyOf(now.clogged);
      now.clogged.clear();
      held.forEach(Runnable::run);
    }
  }

  /** Does it when the path is clogged no more. */
  void whenReleased(Runnable what) {
    troubles().clogged.add(what);
  }

  /** Whether a new connection this way is refused, though someone listens. */
  boolean isRefusing() {
    var now = troubles;
    return now != null && meets(now.refusals);
  }

  /** Whether a new connection this way gets no answer. */
  boolean isHanging() {
    var now = troubles;
    return now != null && meets(now.hangs);
  }

  void refuse(Fault by) {
    troubles().refusals.add(by);
  }

  void admit(Fault by) {
    troubles().refusals.remove(by);
  }

  void hang(Fault by) {
    troubles().hangs.add(by);
  }

  void answer(Fault by) {
    troubles().hangs.remove(by);
  }

  // ---- path MTU

  private int mtu() {
    int mtu = weather().mtu();
    if (from == to) {
      return LOOPBACK_MTU;
    }
    return mtu == 0 ? USUAL_MTU : Math.min(mtu, USUAL_MTU);
  }

  /** What the sender's system knows the path to take; what is longer does not leave. */
  int knownMtu() {
    int usual = from == to ? LOOPBACK_MTU : USUAL_MTU;
    var now = troubles;
    return now != null && now.toldMtu == mtu() ? now.toldMtu : usual;
  }

  /**
   * Whether a packet of so many bytes, headers included, gets through. If not, the sender learns it
   * a round trip later, unless the path is a black hole that tells nobody.
   */
  boolean takes(int bytes) {
    int mtu = mtu();
    if (bytes <= mtu) {
      return true;
    }
    if (!weather().blackHole()) {
      var learnt = Event.of(null, () -> troubles().toldMtu = mtu);
      network.simulation().after(learnt, 2 * nanos(bytes));
    }
    return false;
  }

  /** The next connection is cut when so many bytes have come this way. */
  void planCut(long afterBytes) {
    troubles().cutPlan = afterBytes;
  }

  long takeCutPlan() {
    var now = troubles;
    if (now == null) {
      return Long.MAX_VALUE;
    }
    long plan = now.cutPlan;
    now.cutPlan = Long.MAX_VALUE;
    return plan;
  }

  // ---- how long it takes

  /** How long so many bytes take that leave now, without the queues of rates. */
  long nanos(int bytes) {
    var simulation = network.simulation();
    var weather = weather();
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
    return nanos + 1;
  }

  /** Whether a rate bounds what comes this way. */
  boolean isNarrow() {
    return !weather().bottleneck().isNone() || !out().isNone() || !in().isNone();
  }

  private Bottleneck out() {
    return from == null || from == to ? Bottleneck.NONE : from.port();
  }

  private Bottleneck in() {
    return to == null || from == to ? Bottleneck.NONE : to.port();
  }

  private RateQueue queue() {
    var now = troubles();
    var known = now.queue;
    if (known == null) {
      known = new RateQueue(network.simulation());
      now.queue = known;
    }
    return known;
  }

  /** Carries a segment of a link through all queues; for links, in order, nothing is lost. */
  void carry(int bytes, Runnable there) {
    var simulation = network.simulation();
    Runnable arrives =
        () -> {
          if (to == null) {
            there.run();
          } else {
            to.incoming.segment(in(), bytes, there);
          }
        };
    Runnable flies = () -> simulation.after(Event.of(null, arrives), nanos(bytes));
    Runnable leaves =
        () -> {
          if (from == null) {
            flies.run();
          } else {
            from.outgoing.segment(out(), bytes, flies);
          }
        };
    if (weather().bottleneck().isNone()) {
      leaves.run();
    } else {
      queue().segment(weather().bottleneck(), bytes, leaves);
    }
  }

  /** Nanoseconds a packet waits before it leaves; -1: a queue has no room, it is dropped. */
  long packetOut(int bytes) {
    var own = weather().bottleneck();
    long waits = own.isNone() ? 0 : queue().packet(own, bytes);
    if (waits < 0 || from == null) {
      return waits;
    }
    long more = from.outgoing.packet(out(), bytes);
    return more < 0 ? -1 : waits + more;
  }

  /** Nanoseconds a packet waits at the receiver's port; -1: it has no room, it is dropped. */
  long packetIn(int bytes) {
    return to == null ? 0 : to.incoming.packet(in(), bytes);
  }

  /** Bytes of a link leave this way and are so long on their way. */
  void departs(long flightNanos) {
    if (from != null) {
      from.sends(flightNanos);
    }
  }

  long nextPacket() {
    return ++packets;
  }

  /** Whether a packet that arrives was overtaken by a later one. */
  boolean wasOvertaken(long number) {
    boolean late = number < latest;
    latest = Math.max(latest, number);
    return late;
  }
}
