package io.sennit.sim;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection, with the buffers of both kernels: bytes in flight, then bytes that
 * have arrived and are not yet read. Bounded, in order, cut at any byte; while its path is cut the
 * bytes are sent again and again, as TCP does.
 */
final class Flow {
  private static final int CAPACITY = 256 << 10;

  /** Bytes the receiver's kernel acknowledges before its process has read them. */
  private static final int UNREAD = 64 << 10;

  private static final int SEGMENT = 64 << 10;
  private static final long FIRST_RETRY_NANOS = 200_000_000L;
  private static final long LAST_RETRY_NANOS = 2_000_000_000L;
  private static final int HEADER = 40;

  private enum Kind {
    DATA,
    FIN,
    RESET
  }

  /** Bytes on their way; at an unknown time while they wait in the queue of a rate. */
  private static final class Flying {
    final Kind kind;
    final byte[] bytes;
    final int from;
    int to;
    long at = Long.MAX_VALUE;

    Flying(Kind kind, byte[] bytes, int from, int to) {
      this.kind = kind;
      this.bytes = bytes;
      this.from = from;
      this.to = to;
    }

    int length() {
      return to - from;
    }
  }

  private static final byte[] NONE = new byte[0];

  private final Simulation simulation;
  private final SplittableRandom random;
  private final Path path;
  private final Path back;
  private final SimPipe sender;
  private final SimPipe receiver;
  private final Event arrival = Event.of(null, this::arrive);
  private final Event acknowledgement = Event.of(null, this::acknowledged);
  private final Event patience = Event.of(null, this::checkPatience);
  private final ArrayDeque<Flying> flying = new ArrayDeque<>();
  private final ArrayDeque<Flying> arrived = new ArrayDeque<>();
  private int inKernels;
  private long lastAt;
  private int unread; // arrived, not yet read
  private long arrivedBytes;
  private long progressAt;
  private long retry = FIRST_RETRY_NANOS;
  private long cutAt;
  private boolean aimed; // to be cut inside the next bytes
  private boolean ended; // FIN or RESET sent
  private boolean finArrived;

  Flow(Network network, Path path, Path back, SimPipe sender, SimPipe receiver) {
    this.simulation = network.simulation();
    this.random = network.random();
    this.path = path;
    this.back = back;
    this.sender = sender;
    this.receiver = receiver;
    this.cutAt = path.takeCutPlan();
  }

  int space() {
    return CAPACITY - inKernels;
  }

  /** Sends bytes that nobody changes any more; at most {@link #space}. */
  void write(byte[] bytes, int from, int to) {
    if (ended) {
      return;
    }
    int length = to - from;
    if (unacknowledged() == 0) {
      progressAt = simulation.now();
    }
    inKernels += length;
    expect();
    simulation.traffic().sentBytes += length;
    int pieces = 1;
    if (length > 1 && random.nextDouble() < path.weather().slice()) {
      pieces = Math.min(length, random.nextInt(2, 9));
      simulation.inject(Injected.Kind.SLICE);
    }
    int at = from;
    for (int left = pieces; left > 1 && to - at > 1; left--) {
      int n = random.nextInt(1, to - at);
      segment(bytes, at, at + n);
      at += n;
    }
    segment(bytes, at, to);
  }

  private int unacknowledged() {
    return inKernels - Math.min(unread, UNREAD);
  }

  /** The sender's kernel begins to count the time without an acknowledgement. */
  private void expect() {
    long most = sender.patienceNanos();
    if (!patience.isScheduled() && most < Long.MAX_VALUE) {
      simulation.at(patience, progressAt + most);
    }
  }

  /** As TCP_USER_TIMEOUT: bytes in the kernel that the peer does not take end the connection. */
  private void checkPatience() {
    long most = sender.patienceNanos();
    if (unacknowledged() <= 0 || sender.isGone() || most == Long.MAX_VALUE) {
      return;
    }
    if (simulation.now() - progressAt < most) {
      expect();
      return;
    }
    sender.reset("connection lost: no acknowledgement for " + Duration.ofNanos(most));
    loseFlying();
  }

  private void segment(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += SEGMENT) {
      fly(Kind.DATA, bytes, at, Math.min(to, at + SEGMENT));
    }
  }

  /** Nothing follows; false: so it was already. */
  boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    fly(Kind.FIN, NONE, 0, 0);
    return true;
  }

  /** Cuts the connection inside the next bytes that arrive. */
  void aim() {
    aimed = true;
  }

  /** Whether it still waits for bytes to be cut inside of. */
  boolean isAimed() {
    return aimed;
  }

  /** The sender gave up: some of what is in flight still comes, then a reset. */
  void reset() {
    if (ended && flying.isEmpty()) {
      return;
    }
    ended = true;
    int total = 0;
    for (var one : flying) {
      total += one.length();
    }
    int kept = total == 0 ? 0 : random.nextInt(total + 1);
    for (var one : flying) {
      int n = Math.min(kept, one.length());
      lose(one.length() - n);
      one.to = one.from + n;
      kept -= n;
    }
    flying.removeIf(one -> one.length() == 0);
    if (flying.isEmpty()) {
      simulation.cancel(arrival);
    }
    fly(Kind.RESET, NONE, 0, 0);
  }

  private void fly(Kind kind, byte[] bytes, int from, int to) {
    var one = new Flying(kind, bytes, from, to);
    flying.addLast(one);
    if (path.isNarrow()) {
      path.carry(to - from + HEADER, () -> lands(one, simulation.now()));
    } else {
      lands(one, simulation.now() + path.nanos(to - from + HEADER));
    }
    if (kind == Kind.DATA && one.at != Long.MAX_VALUE) {
      path.departs(one.at - simulation.now());
    }
  }

  private void lands(Flying one, long at) {
    lastAt = Math.max(lastAt, at);
    one.at = lastAt;
    if (one == flying.peekFirst() && !arrival.isScheduled()) {
      simulation.at(arrival, one.at);
    }
  }

  private void arrive() {
    if (!path.passes() || !receiver.life().machine().answersFor(receiver.life())) {
      simulation.after(arrival, retry + random.nextLong(retry / 4));
      retry = Math.min(2 * retry, LAST_RETRY_NANOS);
      return;
    }
    retry = FIRST_RETRY_NANOS;
    if (receiver.isGone()) {
      dropAll();
      answerWithReset();
      return;
    }
    boolean news = false;
    while (!flying.isEmpty() && flying.getFirst().at <= simulation.now()) {
      var one = flying.removeFirst();
      switch (one.kind) {
        case DATA -> {
          if (aimed && one.length() > 1) {
            cutAt = arrivedBytes + random.nextInt(1, one.length());
          }
          if (arrivedBytes + one.length() > cutAt) {
            cutInside(one);
            return;
          }
          take(one);
        }
        case FIN -> {
          finArrived = true;
          simulation.note(Trace.Kind.FIN, receiver.life(), 0, 0);
        }
        case RESET -> {
          simulation.note(Trace.Kind.RESET, receiver.life(), 0, 0);
          receiver.reset("connection reset by peer");
          return;
        }
      }
      news = true;
    }
    if (news) {
      receiver.arrived();
    }
    var next = flying.peekFirst();
    if (next != null && next.at != Long.MAX_VALUE) {
      simulation.at(arrival, next.at);
    }
  }

  private void take(Flying one) {
    arrivedBytes += one.length();
    unread += one.length();
    progressAt = simulation.now();
    arrived.addLast(one);
    simulation.note(
        Trace.Kind.BYTES, receiver.life(), one.length(), Trace.hash(one.bytes, one.from, one.to));
  }

  /** The connection is cut so that the receiver gets exactly the bytes planned. */
  private void cutInside(Flying one) {
    int n = (int) (cutAt - arrivedBytes);
    lose(one.length() - n);
    if (n > 0) {
      one.to = one.from + n;
      take(one);
      receiver.arrived();
      simulation.inject(Injected.Kind.CUT_INSIDE);
    }
    cutAt = Long.MAX_VALUE;
    aimed = false;
    // The receiver reads what it got before it learns of the reset.
    var cut = Event.of(null, receiver::cutConnection);
    simulation.after(cut, 50_000);
    for (var rest = flying.pollFirst(); rest != null; rest = flying.pollFirst()) {
      lose(rest.length());
    }
    ended = true;
  }

  private void answerWithReset() {
    if (sender.isGone()) {
      return;
    }
    simulation.after(
        Event.of(
            null,
            () -> {
              if (back.passes() && !sender.isGone()) {
                sender.reset("connection reset by peer");
              }
            }),
        back.nanos(HEADER));
  }

  boolean hasArrived() {
    return !arrived.isEmpty();
  }

  /** Whether everything was read and nothing follows. */
  boolean isAtEnd() {
    return finArrived && arrived.isEmpty() && flying.isEmpty();
  }

  /** The next bytes for the receiver, its own copy; sometimes several segments in one. */
  byte @Nullable [] read(int most) {
    var first = arrived.peekFirst();
    if (first == null) {
      return null;
    }
    int length = first.length();
    int count = 1;
    if (arrived.size() > 1 && random.nextBoolean()) {
      length = 0;
      count = 0;
      for (var one : arrived) {
        if (count > 0 && length + one.length() > most) {
          break;
        }
        length += one.length();
        count++;
      }
    }
    var bytes = new byte[length];
    int at = 0;
    for (int i = 0; i < count; i++) {
      var one = arrived.removeFirst();
      System.arraycopy(one.bytes, one.from, bytes, at, one.length());
      at += one.length();
    }
    simulation.traffic().deliveredBytes += length;
    freed(length);
    return bytes;
  }

  private void freed(int bytes) {
    inKernels -= bytes;
    unread -= bytes;
    progressAt = simulation.now();
    if (sender.wantsSpace() && !acknowledgement.isScheduled()) {
      simulation.after(acknowledgement, back.nanos(HEADER));
    }
  }

  private void acknowledged() {
    if (!back.passes()) {
      simulation.after(acknowledgement, retry + random.nextLong(retry / 4));
    } else if (!sender.isGone()) {
      sender.spaceFreed();
    }
  }

  /** Everything in it is lost: in flight, and arrived but not read. */
  void dropAll() {
    dropArrived();
    loseFlying();
  }

  private void loseFlying() {
    ended = true;
    for (var one = flying.pollFirst(); one != null; one = flying.pollFirst()) {
      lose(one.length());
    }
    simulation.cancel(arrival);
  }

  /** The receiver will not read what has arrived. */
  void dropArrived() {
    for (var one = arrived.pollFirst(); one != null; one = arrived.pollFirst()) {
      unread -= one.length();
      lose(one.length());
    }
  }

  private void lose(int bytes) {
    simulation.traffic().lostBytes += bytes;
    inKernels -= bytes;
  }
}
