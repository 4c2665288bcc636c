package io.sennit.mesh.engine;

import io.sennit.core.ProtocolException;
import io.sennit.core.loop.Budget;
import io.sennit.mesh.wire.Frame;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a session: duplicates, parts, order, admission of large messages, and the
 * credit the peer has (docs/protocol/mesh.md, sections 7 and 9).
 */
final class Inbox {
  /** Bytes of messages a peer may have sent that nobody has taken yet. */
  static final long CREDIT = 1 << 20;

  private static final long PEER_BYTES = 16L << 20;
  private static final int MOST_PARTIALS = 256;
  private static final int MOST_OFFERS = 256;
  private static final int MOST_LOSSY = 64;
  private static final int SLAB = 65_536 / Frame.UNIT * Frame.UNIT;
  private static final long LOSSY_NANOS = 1_000_000_000L;
  private static final byte[] SKIPPED = new byte[0];

  /** What an inbox tells. */
  interface Sink {
    /**
     * A message, once.
     *
     * @param release run when its place may be used again
     */
    void message(byte[] envelope, boolean reliable, Runnable release);

    /** An offer is answered. */
    void answer(Frame.Admit admit);

    /** So much credit came back that the peer should hear of it. */
    void creditGrown();
  }

  private final Sink sink;
  private final Budget process;
  private final TransportSettings settings;
  private final SeqWindow seqs = new SeqWindow();
  private final Map<Long, Partial> partials = new LinkedHashMap<>();
  private final Map<Long, Partial> lossy = new LinkedHashMap<>();
  private final Map<Integer, Order> orders = new LinkedHashMap<>();
  private final Map<Long, Offered> offers = new LinkedHashMap<>();
  private long consumed;
  private long toldConsumed;
  private long held; // of large and lossy messages, by this peer

  Inbox(Sink sink, Budget process, TransportSettings settings) {
    this.sink = sink;
    this.process = process;
    this.settings = settings;
  }

  private static final class Order {
    long next;
    final TreeMap<Long, Waiting> waiting = new TreeMap<>();
  }

  private record Waiting(byte[] envelope, boolean bulk) {}

  private static final class Offered {
    final int total;
    boolean admitted;

    Offered(int total) {
      this.total = total;
    }
  }

  /** A message of which parts have come; memory is taken as they come. */
  private static final class Partial {
    final int total;
    final int flags;
    final long order;
    final byte[] @Nullable [] slabs;
    final BitSet units = new BitSet();
    int bytes;
    long progress;
    boolean dropped;

    Partial(int total, int flags, long order) {
      this.total = total;
      this.flags = flags;
      this.order = order;
      this.slabs = new byte[(total + SLAB - 1) / SLAB] @Nullable [];
    }

    /** Whether it is whole now. */
    boolean add(int unit, byte[] part, long now) {
      for (int i = 0; i < part.length; i += Frame.UNIT) {
        int n = unit + i / Frame.UNIT;
        if (!units.get(n)) {
          units.set(n);
          int at = n * Frame.UNIT;
          int length = Math.min(Frame.UNIT, total - at);
          var slab = slabs[at / SLAB];
          if (slab == null) {
            slab = new byte[Math.min(SLAB, total - at / SLAB * SLAB)];
            slabs[at / SLAB] = slab;
          }
          System.arraycopy(part, i, slab, at % SLAB, length);
          bytes += length;
          progress = now;
        }
      }
      return bytes == total;
    }

    byte[] whole() {
      var all = new byte[total];
      for (int i = 0; i < slabs.length; i++) {
        var slab = slabs[i];
        if (slab != null) {
          System.arraycopy(slab, 0, all, i * SLAB, slab.length);
        }
      }
      return all;
    }

    void drop() {
      java.util.Arrays.fill(slabs, null);
      dropped = true;
    }
  }

  /** Bytes of messages that the peer may have sent, counted from the session's start. */
  long credit() {
    toldConsumed = consumed;
    return consumed + CREDIT;
  }

  int partials() {
    return partials.size() + lossy.size();
  }

  /**
   * Takes a frame that belongs here.
   *
   * @return false: there is no room, the packet must not be acknowledged
   */
  boolean take(Frame frame, long now) {
    return switch (frame) {
      case Frame.Rmsg whole -> whole(whole, now);
      case Frame.Rfrag part -> part(part, now);
      case Frame.Umsg whole -> {
        sink.message(whole.envelope(), false, () -> {});
        yield true;
      }
      case Frame.Ufrag part -> {
        lossy(part, now);
        yield true;
      }
      case Frame.Offer offer -> {
        offer(offer);
        yield true;
      }
      case Frame.Skip skip -> {
        skip(skip);
        yield true;
      }
      default -> throw new IllegalArgumentException(frame.getClass().getName());
    };
  }

  private boolean isNew(long seq) {
    if (seqs.isBeyond(seq)) {
      throw new ProtocolException("seq", -1, seq + " is too far ahead");
    }
    return !seqs.isDone(seq);
  }

  private void checkBulk(long seq, int flags, int total) {
    boolean bulk = (flags & Frame.BULK) != 0;
    if (!bulk && total > OutMessage.BULK_ABOVE) {
      throw new ProtocolException("total", -1, total + " bytes that were not offered");
    }
    if (bulk) {
      var offered = offers.get(seq);
      if (offered == null || !offered.admitted || offered.total != total) {
        throw new ProtocolException("total", -1, total + " bytes that were not admitted");
      }
    }
  }

  private boolean whole(Frame.Rmsg frame, long now) {
    if (!isNew(frame.seq())) {
      if (settings.has(Defect.NO_MESSAGE_WINDOW)) {
        sink.message(frame.envelope(), true, () -> {});
      }
      return true;
    }
    checkBulk(frame.seq(), frame.flags(), frame.envelope().length);
    var partial = partials.remove(frame.seq());
    if (partial != null && !partial.dropped) {
      process.give(partial.total);
    }
    complete(frame.seq(), frame.flags(), frame.order(), frame.envelope());
    return true;
  }

  private boolean part(Frame.Rfrag frame, long now) {
    if (!isNew(frame.seq())) {
      return true;
    }
    checkBulk(frame.seq(), frame.flags(), frame.total());
    boolean bulk = (frame.flags() & Frame.BULK) != 0;
    var partial = partials.get(frame.seq());
    if (partial == null) {
      if (!hasRoom(bulk, frame.total())) {
        return settings.has(Defect.ACKNOWLEDGED_WITHOUT_ROOM);
      }
      partial = new Partial(frame.total(), frame.flags(), frame.order());
      partials.put(frame.seq(), partial);
    }
    if (partial.total != frame.total()
        || partial.flags != frame.flags()
        || partial.order != frame.order()) {
      throw new ProtocolException("total", -1, "parts of message " + frame.seq() + " disagree");
    }
    if (!partial.dropped && partial.add(frame.unit(), frame.bytes(), now)) {
      partials.remove(frame.seq());
      if (!bulk) {
        process.give(partial.total);
      }
      complete(frame.seq(), frame.flags(), frame.order(), partial.whole());
    }
    return true;
  }

  /** Takes room for a message in parts; each peer has room for one, so that no peers block all. */
  private boolean hasRoom(boolean bulk, int total) {
    if (partials.size() >= MOST_PARTIALS && !bulk) {
      return false;
    }
    if (bulk || process.tryTake(total)) {
      return true;
    }
    if (partials.values().stream().anyMatch(one -> !one.dropped)) {
      return false;
    }
    process.take(total);
    return true;
  }

  private void complete(long seq, int flags, long order, byte[] envelope) {
    seqs.finish(seq);
    boolean bulk = (flags & Frame.BULK) != 0;
    if (bulk) {
      offers.remove(seq);
    }
    var waiting = new Waiting(envelope, bulk);
    if ((flags & Frame.ORDERED) == 0 || envelope.length < 3 || settings.has(Defect.ORDER_IGNORED)) {
      handOut(waiting);
    } else {
      int command = (envelope[1] & 0xff) << 8 | (envelope[2] & 0xff);
      inOrder(command, order, waiting);
    }
  }

  private void inOrder(int command, long order, Waiting waiting) {
    var line = orders.computeIfAbsent(command, _ -> new Order());
    if (order < line.next || line.waiting.containsKey(order)) {
      throw new ProtocolException("stream seq", -1, order + " comes twice");
    }
    line.waiting.put(order, waiting);
    while (!line.waiting.isEmpty() && line.waiting.firstKey() == line.next) {
      var first = line.waiting.pollFirstEntry().getValue();
      line.next++;
      if (first.envelope() != SKIPPED) {
        handOut(first);
      }
    }
  }

  private void handOut(Waiting waiting) {
    int size = waiting.envelope().length;
    var once = new boolean[1];
    sink.message(
        waiting.envelope(),
        true,
        () -> {
          if (!once[0]) {
            once[0] = true;
            if (waiting.bulk()) {
              freeBulk(size);
            } else {
              consumed(size);
            }
          }
        });
  }

  private void consumed(int size) {
    if (settings.has(Defect.CREDIT_LEAKED)) {
      return;
    }
    consumed += size;
    if (consumed - toldConsumed >= CREDIT / 4) {
      sink.creditGrown();
    }
  }

  private void freeBulk(int size) {
    held -= size;
    process.give(size);
    admitWaiting();
  }

  private void offer(Frame.Offer frame) {
    if (!isNew(frame.seq())) {
      sink.answer(new Frame.Admit(frame.seq(), Frame.Verdict.GO));
      return;
    }
    var offered = offers.get(frame.seq());
    if (offered == null) {
      if (offers.size() >= MOST_OFFERS || frame.total() > Frame.MAX_ENVELOPE) {
        sink.answer(new Frame.Admit(frame.seq(), Frame.Verdict.REFUSED));
        return;
      }
      offered = new Offered(frame.total());
      offers.put(frame.seq(), offered);
    }
    if (!offered.admitted) {
      admit(offered);
    }
    sink.answer(
        new Frame.Admit(frame.seq(), offered.admitted ? Frame.Verdict.GO : Frame.Verdict.WAIT));
  }

  private void admit(Offered offered) {
    if (held < PEER_BYTES && process.tryTake(offered.total)) {
      held += offered.total;
      offered.admitted = true;
    }
  }

  /** Room came free: whoever waits longest comes first. */
  void admitWaiting() {
    for (var entry : offers.entrySet()) {
      if (!entry.getValue().admitted) {
        admit(entry.getValue());
        if (!entry.getValue().admitted) {
          return;
        }
        sink.answer(new Frame.Admit(entry.getKey(), Frame.Verdict.GO));
      }
    }
  }

  private void skip(Frame.Skip frame) {
    if (!isNew(frame.seq())) {
      return;
    }
    seqs.finish(frame.seq());
    var offered = offers.remove(frame.seq());
    if (offered != null && offered.admitted) {
      freeBulk(offered.total);
    }
    var partial = partials.remove(frame.seq());
    if (partial != null && !partial.dropped && offered == null) {
      process.give(partial.total);
    }
    if (frame.credit() > 0) {
      consumed(frame.credit());
    }
    if (frame.ordered() && !settings.has(Defect.SKIP_FORGOTTEN)) {
      inOrder(frame.command(), frame.order(), new Waiting(SKIPPED, false));
    }
  }

  private void lossy(Frame.Ufrag frame, long now) {
    var partial = lossy.get(frame.id());
    if (partial == null) {
      if (lossy.size() >= MOST_LOSSY || held >= PEER_BYTES || !process.tryTake(frame.total())) {
        return; // it may be lost: it is
      }
      held += frame.total();
      partial = new Partial(frame.total(), 0, 0);
      lossy.put(frame.id(), partial);
    }
    if (partial.total != frame.total()) {
      throw new ProtocolException("total", -1, "parts of message " + frame.id() + " disagree");
    }
    if (partial.add(frame.unit(), frame.bytes(), now)) {
      lossy.remove(frame.id());
      held -= partial.total;
      process.give(partial.total);
      sink.message(partial.whole(), false, () -> {});
    }
  }

  /** Drops what has not grown for too long. */
  void tick(long now, long partialNanos) {
    for (var it = lossy.values().iterator(); it.hasNext(); ) {
      var partial = it.next();
      if (now - partial.progress > LOSSY_NANOS) {
        it.remove();
        held -= partial.total;
        process.give(partial.total);
      }
    }
    List<Long> stale = new ArrayList<>();
    for (var entry : partials.entrySet()) {
      var partial = entry.getValue();
      if (!partial.dropped && now - partial.progress > partialNanos) {
        partial.drop();
        if ((partial.flags & Frame.BULK) == 0) {
          process.give(partial.total);
        } else {
          stale.add(entry.getKey());
        }
      }
    }
    for (long seq : stale) {
      var offered = offers.remove(seq);
      if (offered != null && offered.admitted) {
        freeBulk(offered.total);
      }
    }
  }

  /** Gives everything back. */
  void close() {
    for (var entry : partials.entrySet()) {
      var partial = entry.getValue();
      if (!partial.dropped && (partial.flags & Frame.BULK) == 0) {
        process.give(partial.total);
      }
    }
    lossy.values().forEach(partial -> process.give(partial.total));
    offers.values().stream().filter(o -> o.admitted).forEach(o -> process.give(o.total));
    for (var line : orders.values()) {
      for (var waiting : line.waiting.values()) {
        if (waiting.envelope() != SKIPPED) {
          handOut(waiting); // it was acknowledged; what it waited for never comes
        }
      }
    }
    partials.clear();
    lossy.clear();
    offers.clear();
    orders.clear();
  }
}
