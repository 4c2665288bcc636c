package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.ProtocolException;
import io.sennit.core.loop.Budget;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Link;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Flags;
import io.sennit.grid.wire.MessageBatch;
import io.sennit.grid.wire.Op;
import io.sennit.grid.wire.SubrouteId;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a channel. Control messages are written at once; payloads wait in three lanes that
 * take turns by bytes: small messages in their order, streams round-robin, large payloads in parts,
 * round-robin among four. No more than the link's low mark lies ahead in the link, and no more
 * parts are under way than {@link PartsPace} lets, so that a small message never waits behind a
 * large one for long. docs/grid.md, "Lanes".
 */
final class Outlet {
  /** Payloads longer than this travel in parts between Sennit peers. */
  static final int PARTS_OVER = 32 * 1024;

  /** Bytes of a part: with its envelope it stays below what framings deliver whole. */
  static final int PART = 30 * 1024;

  private static final int SMALL_QUANTUM = 64 * 1024;
  private static final int BULK_AT_ONCE = 4;
  private static final int ROUNDS = 16;
  private static final int SWEEP = 32;

  private static final class Bulk {
    final Sendable message;
    int sent;

    Bulk(Sendable message) {
      this.message = message;
    }
  }

  private final Link link;
  private final Budget budget;
  private final Gate room;
  private final boolean checksums;
  private final boolean parts;
  private final PartsPace pace = new PartsPace();
  private final MessageBatch batch;
  private final ArrayDeque<Sendable> small = new ArrayDeque<>();
  private final ArrayDeque<Mux> streams = new ArrayDeque<>();
  private final ArrayDeque<Mux> paced =
      new ArrayDeque<>(); // out of the rotation until parts may go
  private final ArrayDeque<Bulk> bulk = new ArrayDeque<>();
  private final ArrayDeque<Bulk> bulkWaiting = new ArrayDeque<>();
  private final Runnable pump = this::pump;
  private int unwanted; // given up since the waiting ones were swept
  private boolean pumpDue;
  private boolean closed;
  private long released;
  private long messages;
  private long bytes;

  Outlet(Link link, Budget budget, Gate room, boolean checksums, boolean parts, int mergeCount) {
    this.link = link;
    this.budget = budget;
    this.room = room;
    this.checksums = checksums;
    this.parts = parts;
    this.batch = new MessageBatch(mergeCount, this::emit);
  }

  /** Writes a message now. */
  void message(
      long mux,
      int seq,
      int deadlineMs,
      int handler,
      int op,
      int flags,
      byte[] payload,
      int from,
      @Nullable SubrouteId subroute) {
    int all = flags | (checksums ? Flags.CRC : 0) | (subroute == null ? 0 : Flags.SUBROUTE);
    messages++;
    batch.add(
        mux, seq, deadlineMs, handler, op, all, payload, from, payload.length - from, subroute);
    pumpLater();
  }

  /** Writes a small message without handler, deadline and subroute now, ahead of all lanes. */
  void control(int op, long mux, int seq, int flags, byte[] payload) {
    message(mux, seq, 0, 0, op, flags, payload, 0, null);
  }

  /** Writes a message without a checksum now, whatever the connection's rule. */
  void bare(int op, long mux, int seq, int deadlineMs, byte[] payload) {
    messages++;
    batch.add(mux, seq, deadlineMs, 0, op, 0, payload, 0, payload.length, null);
    pumpLater();
  }

  /** Sends a call or an answer in its turn. */
  void data(Sendable message) {
    if (parts && message.payload().length > PARTS_OVER) {
      var one = new Bulk(message);
      if (bulk.size() < BULK_AT_ONCE) {
        bulk.add(one);
      } else {
        bulkWaiting.add(one);
      }
    } else if (takesNow(message.payload())) {
      message.write(this, 0, 0);
      released += message.cost();
    } else {
      small.add(message);
    }
    pumpLater();
  }

  /** Whether a payload would go out at once, ahead of nothing. */
  boolean takesNow(byte[] payload) {
    return isFree() && !(parts && payload.length > PARTS_OVER);
  }

  /** Whether nothing waits that may go, and the link has room. */
  boolean isFree() {
    return idle() && link.writable();
  }

  /** A stream has something to send. */
  void stream(Mux mux) {
    streams.add(mux);
    pumpLater();
  }

  /** Gives back what something took from the budget that will not be sent. */
  void release(long cost) {
    released += cost;
    pumpLater();
  }

  /**
   * A large message that waits is no longer wanted: its bytes are given back now. Its place goes
   * when parts may go again, or when half of those who wait are not wanted.
   */
  void givenUp(long cost) {
    release(cost);
    if (++unwanted > SWEEP && 2 * unwanted > bulkWaiting.size()) {
      bulkWaiting.removeIf(one -> !one.message.wanted());
      unwanted = 0;
    }
  }

  /** Whether large payloads travel in parts. */
  boolean inParts() {
    return parts;
  }

  /** Messages written so far. */
  long messages() {
    return messages;
  }

  /** Bytes handed to the link so far. */
  long bytes() {
    return bytes;
  }

  /** Whether no lane has anything that may go now. */
  boolean idle() {
    return small.isEmpty() && streams.isEmpty() && (bulk.isEmpty() || !pace.isOpen());
  }

  /** Whether nothing at all waits, also nothing that may not go yet. */
  boolean isEmpty() {
    return small.isEmpty()
        && streams.isEmpty()
        && paced.isEmpty()
        && bulk.isEmpty()
        && bulkWaiting.isEmpty();
  }

  /** Gives up the large answer to a call, wherever it is; grid.md §9.3. */
  void giveUpAnswer(long mux) {
    if (!giveUpAnswer(mux, bulk)) {
      giveUpAnswer(mux, bulkWaiting);
    } else if (!bulkWaiting.isEmpty()) {
      bulk.add(bulkWaiting.remove());
    }
  }

  private boolean giveUpAnswer(long mux, ArrayDeque<Bulk> lane) {
    for (var all = lane.iterator(); all.hasNext(); ) {
      var one = all.next();
      var message = one.message;
      if (message.mux() == mux && message.partOp() == Op.PART_TO_CLIENT.code()) {
        all.remove();
        if (one.sent > 0) {
          message.abandon(this);
        }
        release(message.cost());
        return true;
      }
    }
    return false;
  }

  /** Whether a part may go now. */
  boolean mayPart() {
    return pace.isOpen();
  }

  /** The peer has taken so many bytes of parts. */
  void partsTaken(long taken) throws ProtocolException {
    pace.taken(taken, link.loop().nanoTime());
    if (pace.isOpen()) {
      streams.addAll(paced);
      paced.clear();
      pumpLater();
    }
  }

  /** Writes what the link takes; at the end of a turn and when the link has room again. */
  void pump() {
    pumpDue = false;
    if (closed) {
      return;
    }
    int rounds = 0;
    do {
      while (!idle() && link.writable()) {
        round();
      }
      batch.finish();
      link.flush();
    } while (!closed && !idle() && link.writable() && ++rounds < ROUNDS);
    giveBack();
    if (!closed && !idle() && link.writable()) {
      pumpDue = true;
      link.loop().execute(pump);
    }
  }

  /** Drops everything. */
  void close() {
    closed = true;
    for (var one : small) {
      released += one.cost();
    }
    for (var one : bulk) {
      released += one.message.cost();
    }
    for (var one : bulkWaiting) {
      released += one.message.cost();
    }
    small.clear();
    streams.clear();
    paced.clear();
    bulk.clear();
    bulkWaiting.clear();
    batch.release();
    giveBack();
    room.signal();
  }

  private void emit(ByteBuf message) {
    bytes += message.readableBytes();
    link.write(message);
  }

  private void pumpLater() {
    if (!pumpDue && !closed) {
      pumpDue = true;
      link.loop().atTurnEnd(pump);
    }
  }

  private void giveBack() {
    if (released != 0) {
      budget.give(released);
      released = 0;
      room.signal();
    }
  }

  private void round() {
    int quantum = SMALL_QUANTUM;
    while (quantum > 0) {
      var next = small.poll();
      if (next == null) {
        break;
      }
      released += next.cost();
      if (next.wanted()) {
        quantum -= next.payload().length + 1;
        next.write(this, 0, 0);
      }
    }
    var mux = streams.poll();
    if (mux != null && mux.writeSome(this)) {
      (mux.waitsForPace(this) ? paced : streams).add(mux);
    }
    if (pace.isOpen() && !bulk.isEmpty()) {
      part(bulk.remove());
    }
  }

  private void part(Bulk large) {
    var message = large.message;
    int length = message.payload().length;
    if (!message.wanted()) {
      if (large.sent > 0) {
        message.abandon(this);
      }
    } else if (length - large.sent > PART) {
      writePart(message, large.sent);
      large.sent += PART;
      bulk.add(large);
      return;
    } else {
      message.write(this, large.sent, Flags.PARTS);
    }
    released += message.cost();
    var next = bulkWaiting.poll();
    if (next != null) {
      bulk.add(next);
    }
  }

  /** A part; the first says in the deadline's place how long the whole will be. */
  private void writePart(Sendable message, int from) {
    writePart(message.partOp(), message.mux(), message.payload(), from);
  }

  /** A part of {@link #PART} bytes; grid.md §9.2. */
  void writePart(int op, long mux, byte[] payload, int from) {
    messages++;
    pace.sent(PART, link.loop().nanoTime());
    batch.add(
        mux,
        0,
        from == 0 ? payload.length : 0,
        0,
        op,
        checksums ? Flags.CRC : 0,
        payload,
        from,
        PART,
        null);
    pumpLater();
  }

  /** The flag for an empty payload that is meant to be there. */
  static int zero(byte[] payload) {
    return payload.length == 0 && !Payload.isAbsent(payload) ? Flags.ZERO : 0;
  }
}
