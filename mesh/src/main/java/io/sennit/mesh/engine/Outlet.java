package io.sennit.mesh.engine;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.mesh.engine.Sent.Piece;
import io.sennit.mesh.wire.Frame;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The sending half of a session: lanes, parts, what is on its way, what was lost, and how much may
 * leave (docs/protocol/mesh.md, sections 6 to 9).
 */
final class Outlet {
  private static final long MILLI = 1_000_000;
  private static final int BURST = 16;
  private static final int FRAME_HEAD = 24; // bytes before a part, at most
  private static final int LEAST_PART = 300;
  private static final int MOST_FALSE = 512;
  private static final int MOST_UNRELIABLE = 1024;
  private static final int MOST_OFFERED = 4;
  private static final long REOFFER = 1_000 * MILLI;
  private static final long MOST_WAIT = 30_000 * MILLI;
  private static final int BULK_EVERY = 5; // lanes normal and bulk share four to one

  private final String peer;
  private final TransportSettings settings;
  private final Counters counters;
  final RoundTrip roundTrip = new RoundTrip();
  final Congestion congestion = new Congestion(roundTrip);

  private final ArrayDeque<Frame> control = new ArrayDeque<>();
  private final ArrayDeque<Piece> again = new ArrayDeque<>();
  private final ArrayDeque<OutMessage> urgent = new ArrayDeque<>();
  private final ArrayDeque<OutMessage> normal = new ArrayDeque<>();
  private final ArrayDeque<OutMessage> bulk = new ArrayDeque<>();
  private final ArrayDeque<Frame> lossy = new ArrayDeque<>();
  private final Map<Long, OutMessage> offered = new LinkedHashMap<>();
  private final TreeMap<Long, Unfinished> unfinished = new TreeMap<>();
  private final Map<Integer, Long> orders = new LinkedHashMap<>();
  private final TreeMap<Long, Sent> sent = new TreeMap<>();
  private final TreeMap<Long, Sent> falselyLost = new TreeMap<>();

  private long nextNumber;
  private long nextSeq;
  private long nextLossy;
  private long sentCredit;
  private long peerCredit;
  private int queuedMessages;
  private long queuedBytes;
  private long newestAcked = Long.MIN_VALUE; // when the newest acknowledged packet was sent
  private double reorder = 1;
  private long quietSince;
  private long lossAt = Long.MAX_VALUE;
  private long lastDemand = Long.MIN_VALUE;
  private int silentTries;
  private int burstLeft = BURST;
  private long burstAt = Long.MIN_VALUE;
  private int turn;
  private boolean windowFull;
  private int pathMax = Packet.SAFE;
  private int fullLost; // full packets lost since one was acknowledged
  private long fullLostSince;
  private long pathProbeAt = Long.MIN_VALUE;
  private int pathProbes;
  private long batchAt = Long.MAX_VALUE;
  private int givenUpInARow;
  private long lastHeard;

  /** A number that is in use: of a message, or of one that is being skipped (empty). */
  private record Unfinished(@org.jspecify.annotations.Nullable OutMessage message) {}

  Outlet(String peer, TransportSettings settings, Counters counters, long credit, long now) {
    this.peer = peer;
    this.settings = settings;
    this.counters = counters;
    this.peerCredit = credit;
    this.lastHeard = now;
    this.quietSince = now;
  }

  // ---- what is asked

  /** Whether there is room for one more; a single message may be longer than the bound. */
  boolean hasRoom() {
    return queuedMessages < settings.queueMessages() && queuedBytes < settings.queueBytes();
  }

  long queuedBytes() {
    return queuedBytes;
  }

  /** Takes a message for which {@link #hasRoom} holds. */
  void add(OutMessage message, long now) {
    queuedMessages++;
    queuedBytes += message.envelope.length;
    message.progress = now;
    if (message.ordered) {
      message.order = orders.merge(message.command, 1L, Long::sum) - 1;
    }
    if (settings.has(Defect.DELIVERED_WHEN_SENT)) {
      message.deliver();
    }
    switch (message.lane) {
      case CONTROL -> urgent.add(message);
      case NORMAL -> normal.add(message);
      case BULK -> bulk.add(message);
    }
    if (settings.sendInterval().isZero() || message.immediate || queuedBytes > 1300) {
      batchAt = now;
    } else if (batchAt == Long.MAX_VALUE) {
      batchAt = now + settings.sendInterval().toNanos();
    }
  }

  /** A message that may be lost; false: the queue is full, and it is. */
  boolean addLossy(byte[] envelope, long now) {
    if (lossy.size() >= MOST_UNRELIABLE) {
      counters.lossyDropped++;
      return false;
    }
    long id = nextLossy++;
    int most = part(Integer.MAX_VALUE, pathMax - Packet.SESSION_HEADER - Packet.TAG - FRAME_HEAD);
    if (envelope.length <= most) {
      lossy.add(new Frame.Umsg(id, envelope));
    } else {
      for (int at = 0; at < envelope.length; at += most) {
        int length = Math.min(most, envelope.length - at);
        lossy.add(
            new Frame.Ufrag(
                id,
                envelope.length,
                at / Frame.UNIT,
                java.util.Arrays.copyOfRange(envelope, at, at + length)));
      }
    }
    batchAt = Math.min(batchAt, now + settings.sendInterval().toNanos());
    return true;
  }

  void addControl(Frame frame) {
    control.add(frame);
  }

  /** Starts to look whether the path takes full packets. */
  void probePath(long now) {
    if (pathMax < settings.maxPacket()) {
      pathProbes = 3;
      pathProbeAt = now;
    }
  }

  /** Full packets do not pass: known, or concluded. */
  void shrinkPath(long now) {
    if (pathMax > Packet.SAFE) {
      pathMax = Packet.SAFE;
      counters.pathShrunk++;
    }
    fullLost = 0;
    pathProbes = 3;
    pathProbeAt = now + 600_000 * MILLI;
  }

  int pathMax() {
    return pathMax;
  }

  boolean isIdle() {
    return queuedMessages == 0 && control.isEmpty() && sent.isEmpty() && lossy.isEmpty();
  }

  int inFlight() {
    return sent.size();
  }

  /** Whether something is in flight and nothing at all was heard for so long. */
  boolean isSilent(long now, long nanos) {
    return !sent.isEmpty() && now - lastHeard > nanos;
  }

  int givenUpInARow() {
    return givenUpInARow;
  }

  void heard(long now) {
    lastHeard = now;
    givenUpInARow = 0;
  }

  // ---- packets out

  /** Whether frames that need no place in the window wait. */
  boolean hasControl() {
    return !control.isEmpty();
  }

  /** Whether a packet of messages may and should leave now. */
  boolean mayFill(long now) {
    if (now >= burstAt && burstLeft < BURST) {
      burstLeft = BURST;
    }
    if (!hasData(now)) {
      return false;
    }
    if (sent.size() >= congestion.window()) {
      windowFull = true;
      return false;
    }
    return burstLeft > 0;
  }

  private boolean hasData(long now) {
    dropStale();
    if (!again.isEmpty() || pathProbes > 0 && now >= pathProbeAt || !urgent.isEmpty()) {
      return true;
    }
    if (now < batchAt) {
      return false;
    }
    return !lossy.isEmpty() || canStart(normal) || !bulk.isEmpty() && canStartBulk();
  }

  private void dropStale() {
    var piece = again.peek();
    while (piece != null && (piece.isDone() || piece.latest >= 0)) {
      again.poll();
      piece = again.peek();
    }
  }

  private boolean canStart(ArrayDeque<OutMessage> lane) {
    var first = lane.peek();
    return first != null && (first.next > 0 || hasCredit(first) && hasSeq());
  }

  private boolean hasCredit(OutMessage message) {
    return sentCredit + message.envelope.length <= peerCredit;
  }

  private boolean hasSeq() {
    return unfinished.isEmpty() || nextSeq - unfinished.firstKey() < SeqWindow.SIZE;
  }

  private boolean canStartBulk() {
    var first = bulk.peek();
    return first != null && (first.seq >= 0 || mayOffer());
  }

  private boolean mayOffer() {
    return hasSeq() && offered.size() < MOST_OFFERED;
  }

  long nextNumber() {
    return nextNumber;
  }

  /** Begins a packet; {@link #close} ends it. */
  Sent open(long now) {
    return new Sent(nextNumber++, now);
  }

  void writeControl(WireWriter out, Sent packet, int limit) {
    while (!control.isEmpty()) {
      var frame = control.peek();
      int mark = out.length();
      frame.write(out);
      if (out.length() > limit) {
        out.cut(mark);
        return;
      }
      control.poll();
      if (frame.demandsAck()) {
        packet.demanding = true;
        packet.control.add(frame);
      }
    }
  }

  /** Whether the next packet of messages is one that only looks at the path. */
  boolean pathProbeDue(long now) {
    return pathProbes > 0 && now >= pathProbeAt && pathMax < settings.maxPacket();
  }

  /** Fills a packet up to the path's longest to see whether that passes. */
  void writePathProbe(WireWriter out, Sent packet, long now) {
    pathProbes--;
    pathProbeAt = pathProbes > 0 ? now + 2 * roundTrip.probeTimeout() : now + 600_000 * MILLI;
    if (pathProbes == 0) {
      pathProbes = 3;
    }
    packet.pathProbe = true;
    packet.demanding = true;
    new Frame.Ping().write(out);
    out.zeros(settings.maxPacket() - Packet.TAG - out.length());
  }

  /** Fills a packet with messages, most urgent first. */
  void fill(WireWriter out, Sent packet, int limit, long now) {
    while (writeAgain(out, packet, limit) || writeLane(urgent, out, packet, limit, now)) {
      // as long as something fits
    }
    if (now < batchAt) {
      return;
    }
    boolean more = true;
    while (more) {
      more = writeLossy(out, packet, limit);
      boolean bulkFirst = ++turn % BULK_EVERY == 0;
      more |=
          bulkFirst
              ? writeBulk(out, packet, limit, now) || writeLane(normal, out, packet, limit, now)
              : writeLane(normal, out, packet, limit, now) || writeBulk(out, packet, limit, now);
    }
    if (normal.isEmpty() && lossy.isEmpty() && bulk.isEmpty()) {
      batchAt = Long.MAX_VALUE;
    }
  }

  private boolean writeAgain(WireWriter out, Sent packet, int limit) {
    dropStale();
    var piece = again.peek();
    if (piece == null) {
      return false;
    }
    int written = writePiece(out, piece.message, piece.offset, piece.length, limit);
    if (written == 0) {
      return false;
    }
    again.poll();
    packet.demanding = true;
    counters.retried++;
    if (written == piece.length) {
      piece.latest = packet.number;
      packet.pieces.add(piece);
    } else { // the path has become narrower: it is cut anew
      piece.latest = Long.MAX_VALUE;
      var first = new Piece(piece.message, piece.offset, written);
      first.latest = packet.number;
      packet.pieces.add(first);
      again.addFirst(new Piece(piece.message, piece.offset + written, piece.length - written));
    }
    return true;
  }

  private boolean writeLane(
      ArrayDeque<OutMessage> lane, WireWriter out, Sent packet, int limit, long now) {
    var message = lane.peek();
    while (message != null && message.isFinished()) {
      lane.poll();
      message = lane.peek();
    }
    if (message == null || message.next == 0 && !(hasCredit(message) && hasSeq())) {
      return false;
    }
    if (message.next == 0 && message.seq < 0) {
      number(message);
    }
    return writeNext(lane, message, out, packet, limit, now);
  }

  private void number(OutMessage message) {
    message.seq = nextSeq++;
    unfinished.put(message.seq, new Unfinished(message));
  }

  private boolean writeNext(
      ArrayDeque<OutMessage> lane,
      OutMessage message,
      WireWriter out,
      Sent packet,
      int limit,
      long now) {
    int left = message.envelope.length - message.next;
    int written = writePiece(out, message, message.next, left, limit);
    if (written == 0) {
      return false;
    }
    if (message.next == 0) {
      message.progress = now;
      if (message.lane != OutMessage.Lane.BULK) {
        sentCredit += message.envelope.length;
      }
    }
    packet.demanding = true;
    var piece = new Piece(message, message.next, written);
    piece.latest = packet.number;
    packet.pieces.add(piece);
    message.next += written;
    if (message.next == message.envelope.length) {
      lane.poll();
    }
    return true;
  }

  private boolean writeBulk(WireWriter out, Sent packet, int limit, long now) {
    var message = bulk.peek();
    while (message != null && message.isFinished()) {
      bulk.poll();
      message = bulk.peek();
    }
    if (message == null) {
      return false;
    }
    if (message.seq >= 0) { // admitted, or begun
      return writeNext(bulk, message, out, packet, limit, now);
    }
    if (!mayOffer()) {
      return false;
    }
    bulk.poll();
    number(message);
    message.progress = now;
    message.offeredAt = now;
    offered.put(message.seq, message);
    control.add(new Frame.Offer(message.seq, message.envelope.length));
    writeControl(out, packet, limit);
    return true;
  }

  private boolean writeLossy(WireWriter out, Sent packet, int limit) {
    var frame = lossy.peek();
    if (frame == null) {
      return false;
    }
    int mark = out.length();
    frame.write(out);
    if (out.length() > limit) {
      out.cut(mark);
      if (mark <= Packet.SESSION_HEADER) { // made for a longer path than there is now
        lossy.poll();
        counters.lossyDropped++;
        return true;
      }
      return false;
    }
    lossy.poll();
    packet.demanding = true;
    return true;
  }

  /** Bytes of a part that fit into a room: all, or whole units. */
  private static int part(int left, int room) {
    return left <= room ? left : room / Frame.UNIT * Frame.UNIT;
  }

  private int writePiece(WireWriter out, OutMessage message, int offset, int left, int limit) {
    int room = limit - out.length() - FRAME_HEAD;
    int length = part(left, room);
    if (length <= 0 || length < left && length < LEAST_PART) {
      return 0;
    }
    if (length == message.envelope.length) {
      new Frame.Rmsg(message.seq, message.flags(), message.order, message.envelope).write(out);
    } else {
      new Frame.Rfrag(
              message.seq,
              message.flags(),
              message.order,
              message.envelope.length,
              offset / Frame.UNIT,
              java.util.Arrays.copyOfRange(message.envelope, offset, offset + length))
          .write(out);
    }
    return length;
  }

  /** The packet leaves; remembers it if its receiver has to acknowledge it. */
  void close(Sent packet, int bytes, boolean counted) {
    packet.bytes = bytes;
    if (packet.demanding) {
      sent.put(packet.number, packet);
      lastDemand = packet.at;
      if (counted) {
        if (burstLeft == BURST) {
          burstAt = packet.at + congestion.burstGap(BURST);
        }
        burstLeft = Math.max(0, burstLeft - 1);
      }
    }
  }

  // ---- acknowledgements

  /**
   * The peer has received packets.
   *
   * @throws ProtocolException for numbers that were never sent
   */
  void acknowledged(Frame.Ack ack, long now) {
    var ranges = ack.ranges();
    if (ranges.largest() >= nextNumber) {
      throw new ProtocolException("largest", -1, ranges.largest() + " was never sent");
    }
    peerCredit = Math.max(peerCredit, ack.credit());
    int newly = 0;
    long newest = Long.MIN_VALUE;
    for (int i = 0; i < ranges.count(); i++) {
      var part = sent.subMap(ranges.first(i), true, ranges.last(i), true);
      for (var it = part.values().iterator(); it.hasNext(); ) {
        var packet = it.next();
        it.remove();
        newly++;
        if (packet.number == ranges.largest()) {
          roundTrip.sample(now, now - packet.at, micros(ack.delayMicros()));
        }
        newest = Math.max(newest, packet.at);
        arrived(packet, now);
      }
      var mistaken = falselyLost.subMap(ranges.first(i), true, ranges.last(i), true);
      for (var it = mistaken.values().iterator(); it.hasNext(); ) {
        var packet = it.next();
        it.remove();
        reorder = Math.min(8, reorder + 0.25);
        quietSince = now;
        counters.falseLosses++;
        newest = Math.max(newest, packet.at);
        arrived(packet, now);
      }
    }
    if (newly > 0) {
      silentTries = 0;
      newestAcked = Math.max(newestAcked, newest);
      congestion.acknowledged(now, newly, windowFull);
      windowFull = false;
    }
    if (reorder > 1 && now - quietSince > 16 * roundTrip.smoothed()) {
      reorder = 1;
    }
    detectLosses(now);
  }

  private static long micros(long micros) {
    return Math.min(micros, 1_000_000) * 1_000;
  }

  private void arrived(Sent packet, long now) {
    if (packet.pathProbe && pathMax < settings.maxPacket()) {
      pathMax = settings.maxPacket();
      pathProbes = 0;
    }
    if (packet.bytes > Packet.SAFE) {
      fullLost = 0;
    }
    for (var frame : packet.control) {
      if (frame instanceof Frame.Skip skip) {
        unfinished.remove(skip.seq());
      }
    }
    for (var piece : packet.pieces) {
      if (piece.message.acked(piece.offset, piece.length, now)) {
        finish(piece.message);
        piece.message.deliver();
      }
    }
  }

  private void finish(OutMessage message) {
    if (message.seq >= 0) {
      unfinished.remove(message.seq);
    }
    queuedMessages--;
    queuedBytes -= message.envelope.length;
  }

  /** How much later than another a packet may arrive and still count as overtaken, not lost. */
  private long reorderNanos() {
    return (long) (Math.max(MILLI / 2, roundTrip.least() / 4) * reorder);
  }

  void detectLosses(long now) {
    lossAt = Long.MAX_VALUE;
    if (newestAcked == Long.MIN_VALUE) {
      return;
    }
    long reo = reorderNanos();
    int lost = 0;
    for (var it = sent.values().iterator(); it.hasNext(); ) {
      var packet = it.next();
      if (packet.at > newestAcked) {
        break; // nothing sent later has arrived
      }
      long age = now - packet.at;
      if (packet.at + reo < newestAcked || age > roundTrip.smoothed() + reo) {
        it.remove();
        lost++;
        lostPacket(packet, now);
      } else {
        lossAt = packet.at + roundTrip.smoothed() + reo + 1;
        break;
      }
    }
    if (lost > 0) {
      counters.lost += lost;
      congestion.lost(now, lost);
    }
  }

  private void lostPacket(Sent packet, long now) {
    if (packet.bytes > Packet.SAFE && !packet.pathProbe) {
      if (fullLost++ == 0) {
        fullLostSince = now;
      }
      if (fullLost >= 6 && now - fullLostSince > 150 * MILLI) {
        shrinkPath(now); // small ones pass, or this would not have been noticed
      }
    }
    requeue(packet);
  }

  private void requeue(Sent packet) {
    falselyLost.put(packet.number, packet);
    if (falselyLost.size() > MOST_FALSE) {
      falselyLost.pollFirstEntry();
    }
    if (settings.has(Defect.LOST_FORGOTTEN)) {
      return;
    }
    control.addAll(packet.control);
    for (var piece : packet.pieces) {
      if (!piece.isDone() && piece.latest == packet.number) {
        piece.latest = -1;
        again.add(piece);
      }
    }
  }

  // ---- time

  /** When something is due by itself; MAX_VALUE if nothing is. */
  long nextDeadline(long now) {
    long next = Math.min(lossAt, probeAt());
    if (burstLeft == 0 && sent.size() < congestion.window() && hasData(now)) {
      next = Math.min(next, burstAt);
    }
    if (batchAt != Long.MAX_VALUE && batchAt > now) {
      next = Math.min(next, batchAt);
    }
    if (pathProbes > 0 && pathProbeAt > now && pathMax < settings.maxPacket()) {
      next = Math.min(next, pathProbeAt);
    }
    if (queuedMessages > 0) {
      next = Math.min(next, now + 100 * MILLI);
    }
    return next;
  }

  private long probeAt() {
    if (sent.isEmpty()) {
      return blockedByCredit() ? lastDemand + gap() : Long.MAX_VALUE;
    }
    return lastDemand + gap();
  }

  private long gap() {
    if (sent.isEmpty() && !blockedByCredit()) {
      return Long.MAX_VALUE / 4;
    }
    long ceiling = settings.retryInterval().toNanos();
    return settings.adaptiveRetry()
        ? RoundTrip.backedOff(roundTrip.probeTimeout(), silentTries, ceiling)
        : ceiling;
  }

  /** Nothing is in flight that could bring the news of more credit. */
  private boolean blockedByCredit() {
    var first = normal.peek();
    var firstUrgent = urgent.peek();
    return first != null && first.next == 0 && !hasCredit(first)
        || firstUrgent != null && firstUrgent.next == 0 && !hasCredit(firstUrgent);
  }

  /**
   * What is due: losses that time shows, and further tries.
   *
   * @return packets to send now whatever the window says
   */
  int timePassed(long now) {
    if (now >= lossAt) {
      detectLosses(now);
    }
    if (now < probeAt()) {
      return 0;
    }
    silentTries++;
    lastDemand = now;
    int packets = silentTries >= 2 ? 2 : 1;
    if (settings.has(Defect.LOST_FORGOTTEN)) {
      control.add(new Frame.Ping());
      return 1;
    }
    if (silentTries % 2 == 0) {
      forgetFlight(now);
      return packets;
    }
    int offers = 0;
    for (var packet : sent.values()) {
      if (offers == packets) {
        break;
      }
      if (packet.pathProbe) {
        continue;
      }
      boolean any = false;
      for (var piece : packet.pieces) {
        if (!piece.isDone() && piece.latest == packet.number) {
          piece.latest = -1;
          again.addFirst(piece);
          any = true;
        }
      }
      for (var frame : packet.control) {
        if (!control.contains(frame)) {
          control.add(frame);
          any = true;
        }
      }
      offers += any ? 1 : 0;
    }
    if (offers == 0) {
      control.add(new Frame.Ping());
    }
    return packets;
  }

  /**
   * Nothing that is on its way has brought an answer: all of it is sent again, a few at a time.
   * Otherwise a peer that has no room for some messages would never get the others, for which the
   * window would have no place.
   */
  private void forgetFlight(long now) {
    for (var packet : List.copyOf(sent.values())) {
      requeue(packet);
    }
    sent.clear();
    congestion.silence();
    lossAt = Long.MAX_VALUE;
    lastDemand = now;
    if (again.isEmpty() && control.isEmpty()) {
      control.add(new Frame.Ping());
    }
  }

  /** Whether silence may have its reason in the length of packets: a short one tells. */
  boolean isSilenceSuspect() {
    return silentTries >= 2 && pathMax > Packet.SAFE;
  }

  /** The peer's word on a large message. */
  void admitted(Frame.Admit admit, long now) {
    var message = offered.get(admit.seq());
    if (message == null) {
      return;
    }
    message.progress = now;
    switch (admit.verdict()) {
      case WAIT -> {}
      case GO -> {
        offered.remove(admit.seq());
        bulk.addFirst(message);
        batchAt = now;
      }
      case REFUSED -> {
        offered.remove(admit.seq());
        abandon(
            message,
            now,
            Outcome.DID_NOT_RUN,
            context -> new RejectedException("the peer has no room for it", context));
      }
    }
  }

  /** Gives up what has not come forward; offers are repeated. */
  void tick(long now) {
    long timeout = settings.retryTimeout().toNanos();
    for (var message : offered.values()) {
      if (now - message.offeredAt >= REOFFER) {
        message.offeredAt = now;
        control.add(new Frame.Offer(message.seq, message.envelope.length));
      }
    }
    var late = new ArrayList<OutMessage>();
    for (var one : unfinished.values()) {
      var message = one.message();
      if (message != null
          && now - message.progress > (message.next > 0 ? timeout : waits(message))) {
        late.add(message);
      }
    }
    for (var lane : List.of(urgent, normal, bulk)) {
      for (var message : lane) {
        if (message.seq < 0 && now - message.progress > MOST_WAIT) {
          late.add(message);
        }
      }
    }
    for (var message : late) {
      counters.givenUp++;
      boolean tried = message.started();
      givenUpInARow += tried ? 1 : 0;
      offered.remove(message.seq);
      abandon(
          message,
          now,
          message.next > 0 ? Outcome.UNKNOWN : Outcome.DID_NOT_RUN,
          context ->
              new DeadlineExceededException(
                  tried
                      ? "nothing of it was acknowledged for " + timeout / MILLI + " ms"
                      : "it waited too long to be sent",
                  tried ? Phase.WIRE : Phase.QUEUED,
                  context));
    }
  }

  /** An offer is answered soon; what was admitted waits for those before it. */
  private long waits(OutMessage message) {
    return offered.containsKey(message.seq) ? settings.retryTimeout().toNanos() : MOST_WAIT;
  }

  private void abandon(
      OutMessage message, long now, Outcome outcome, Function<ErrorContext, SennitException> why) {
    boolean started = message.next > 0;
    urgent.remove(message);
    normal.remove(message);
    bulk.remove(message);
    if (message.seq < 0 && message.ordered) {
      message.seq = nextSeq++;
    }
    finish(message);
    if (message.seq >= 0) {
      unfinished.put(message.seq, new Unfinished(null));
      control.add(
          new Frame.Skip(
              message.seq,
              message.ordered,
              message.command,
              message.order,
              started && message.lane != OutMessage.Lane.BULK ? message.envelope.length : 0));
    }
    message.fail(now, outcome, why, peer);
  }

  /** The session is over: every message is answered. */
  void fail(long now, Function<ErrorContext, SennitException> why) {
    var all = new ArrayList<OutMessage>();
    for (var one : unfinished.values()) {
      if (one.message() != null) {
        all.add(one.message());
      }
    }
    all.addAll(urgent);
    all.addAll(normal);
    all.addAll(bulk);
    urgent.clear();
    normal.clear();
    bulk.clear();
    unfinished.clear();
    sent.clear();
    again.clear();
    offered.clear();
    lossy.clear();
    control.clear();
    queuedMessages = 0;
    queuedBytes = 0;
    for (var message : all) {
      message.fail(now, message.next > 0 ? Outcome.UNKNOWN : Outcome.DID_NOT_RUN, why, peer);
    }
  }

  /** Messages of the session that were never finished, for a defect only. */
  List<OutMessage> unfinishedMessages() {
    var all = new ArrayList<OutMessage>();
    for (var one : unfinished.values()) {
      if (one.message() != null) {
        all.add(one.message());
      }
    }
    return all;
  }
}
