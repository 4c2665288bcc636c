package io.sennit.grid.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Envelope;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Flags;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a stream share: two counted sequences, a queue of items that have credit, and
 * the credit itself, in items towards an original peer, in bytes between Sennit peers. grid.md §4.
 */
public abstract class Mux extends Work implements AsyncEnds.Stream {
  /** What an item costs in byte credits beyond its payload. */
  static final int ITEM_COST = 32;

  private static final int QUANTUM = 16 * 1024;

  /** What a user thread hands over. */
  enum Kind {
    ITEM,
    END,
    ERROR
  }

  static final class Item extends Work {
    final Mux mux;
    final Kind kind;
    final byte[] payload;

    Item(Mux mux, Kind kind, byte[] payload) {
      this.mux = mux;
      this.kind = kind;
      this.payload = payload;
    }

    long cost() {
      return payload.length + (long) ITEM_COST;
    }

    boolean isEnd() {
      return kind != Kind.ITEM;
    }

    @Override
    void arrived(Channel channel) {
      if (!mux.async.queuedBehind(this) && !mux.enqueue(this) && !isEnd()) {
        mux.lost();
      }
    }

    @Override
    void tooLate(Channel channel, SennitException why) {
      channel.budget().give(cost());
    }
  }

  private static final class Consumed extends Work {
    final Mux mux;

    Consumed(Mux mux) {
      this.mux = mux;
    }

    @Override
    void arrived(Channel channel) {
      mux.returnCredit();
    }

    @Override
    void tooLate(Channel channel, SennitException why) {
      // nobody is left to take it
    }
  }

  private static final class Cancel extends Work {
    final Mux mux;
    final SennitException why;

    Cancel(Mux mux, SennitException why) {
      this.mux = mux;
      this.why = why;
    }

    @Override
    void arrived(Channel channel) {
      mux.cancelled(why);
    }

    @Override
    void tooLate(Channel channel, SennitException ended) {
      mux.handoff.fail(why);
    }
  }

  private final Channel channel;
  private final StreamHandoff handoff;
  private long window; // in the unit of this connection; 0 until it is opened
  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private final AsyncEnds async = new AsyncEnds(this);
  private @Nullable InlineEnd inline; // instead of the handoff's queue, for code on the loop
  private int partsSent; // bytes of the first item's payload
  private boolean rotating;
  private boolean held; // nothing may leave before the message that opens the stream
  private boolean gone;
  private boolean endQueued;
  private volatile boolean ending; // the user has ended this direction
  private int sendSeq;
  private int receiveSeq;
  private long allowance; // what the peer may still send
  private final AtomicLong consumed = new AtomicLong();
  private final AtomicBoolean consumedQueued = new AtomicBoolean();
  private final Consumed consumedWork = new Consumed(this);
  private final AtomicLong consumedBytes = new AtomicLong(); // where credit counts items
  private final AtomicLong putsQueued = new AtomicLong(); // bytes of callers who do not wait
  private volatile long returnAt;
  private long largest; // item that came, with its cost
  private long beyond; // bytes that came beyond the window, as counted
  private long heldItems; // bytes of items that were not taken, where credit counts items
  private boolean released; // what the peer makes this side hold for it
  private long lastHeard;

  /**
   * Of a channel.
   *
   * @param items how many items this side lets the peer send ahead, where credit counts items
   */
  Mux(Channel channel, int items) {
    this.channel = channel;
    this.handoff = new StreamHandoff(channel.runner(), channel.loop());
    this.window = channel.byteCredits() ? 0 : items;
    this.allowance = window;
    this.returnAt = 1;
  }

  /**
   * Lets the peer send ahead, where credit counts bytes; on the loop.
   *
   * @return whether it must be told how much, because it is less than what was announced
   */
  final boolean openWindow() {
    if (!channel.byteCredits()) {
      return false;
    }
    var windows = channel.windows();
    boolean mayBeLess = channel.extensions().has(Extensions.FIRST_CREDIT);
    setWindow(mayBeLess ? windows.open() : windows.openWhole());
    allowance = window;
    return window < windows.announced();
  }

  private void setWindow(long bytes) {
    window = bytes;
    returnAt = Math.max(1, bytes / 8); // so that a sender in full flow never stands still for it
  }

  /** Says the first credit, behind the message that opens or accepts the stream. */
  final void sayWindow() {
    var body = new MsgPackWriter(9).writeInt(window).toBytes();
    channel.outlet().control(creditOp(), mux(), nextSeq(), 0, body);
  }

  /** What the peer makes this side hold for the stream is held no longer. On the loop, once. */
  void releaseHeld() {
    if (!released) {
      released = true;
      if (channel.byteCredits()) {
        channel.windows().close(window);
      }
      channel.received().give(beyond + heldItems);
    }
  }

  /** It has left its channel: by default nothing more is held for it. */
  void left() {
    releaseHeld();
  }

  /** Where the user waits. */
  @Override
  public final StreamHandoff handoff() {
    return handoff;
  }

  /** The channel it belongs to. */
  public final Channel channel() {
    return channel;
  }

  abstract long mux();

  abstract int itemOp();

  abstract int creditOp();

  abstract int partOp();

  /** Writes the end of this side's direction and what belongs to it. */
  abstract void wroteEnd(boolean error);

  /** Ends it from this side for a reason the user gave. On the loop. */
  abstract void cancelled(SennitException why);

  /** Its code on the loop threw. */
  abstract void codeThrew(Throwable e);

  /** Whether the end of this side's items is the stream's: a handler's is. */
  abstract boolean endsBySending();

  /** Refuses to send where this side has no direction of its own. */
  abstract void checkSends();

  // --- sequences ---

  final int nextSeq() {
    return sendSeq++;
  }

  final void startAt(int seq) {
    sendSeq = seq;
    receiveSeq = seq;
  }

  /** Counts a message of the peer; false if it is out of sequence. */
  final boolean inSequence(Envelope message) {
    if (message.seq() != receiveSeq) {
      return false;
    }
    receiveSeq++;
    return true;
  }

  /** A number of the peer's was taken by a message that opened the stream. */
  final void skipReceived() {
    receiveSeq++;
  }

  final int expectedSeq() {
    return receiveSeq;
  }

  final void heard() {
    lastHeard = channel.loop().nanoTime();
  }

  /** This process stood still for so long, in which it could hear nothing. */
  final void excuse(long nanos) {
    lastHeard += nanos;
  }

  final long lastHeard() {
    return lastHeard;
  }

  final boolean isGone() {
    return gone;
  }

  // --- in ---

  /** Whether an item may come. */
  enum Admission {
    /** It was counted. */
    TAKEN,
    /** The peer had no credit. */
    BEYOND_CREDIT,
    /** It is longer than its credit, and there is no room for the rest. */
    BUSY
  }

  /** Takes an item off the peer's allowance, if it had any. */
  final Admission admit(int bytes) {
    if (channel.byteCredits()) {
      long cost = bytes + (long) ITEM_COST;
      largest = Math.max(largest, cost);
      // Threads may take credit in another order than their items travel: the one that took the
      // last of it, and more, may come before others that took theirs earlier.
      if (allowance <= 0 && allowance - cost + largest <= 0) {
        return Admission.BEYOND_CREDIT;
      }
      allowance -= cost;
      return allowance >= 0 || countBeyond() ? Admission.TAKEN : Admission.BUSY;
    }
    // Original peers may count differently by a few; what bounds memory is that it is a few.
    if (allowance <= -window) {
      return Admission.BEYOND_CREDIT;
    }
    allowance--;
    if (inline == null) {
      if (!channel.received().tryTake(bytes + ITEM_COST)) {
        return Admission.BUSY;
      }
      heldItems += bytes + ITEM_COST;
    }
    return Admission.TAKEN;
  }

  /** Counts what came beyond the window; false if there is no room for it. */
  private boolean countBeyond() {
    long now = Math.max(0, -allowance);
    if (now > beyond) {
      if (!channel.received().tryTake(now - beyond)) {
        return false;
      }
    } else {
      channel.received().give(beyond - now);
    }
    beyond = now;
    return true;
  }

  /** Hands over an item that was admitted. */
  final void deliver(byte[] item) {
    var end = inline;
    if (end != null) {
      end.item(item);
    } else {
      handoff.deliver(item);
    }
  }

  /** From how much on credit is given back. */
  final long returnAt() {
    return returnAt;
  }

  private void returnCredit() {
    consumedQueued.set(false);
    long bytes = consumedBytes.getAndSet(0);
    if (bytes > 0 && !released) {
      heldItems -= bytes;
      channel.received().give(bytes);
    }
    returnCredit(consumed.getAndSet(0));
  }

  /** Gives credit back for what was taken. */
  final void returnCredit(long taken) {
    if (taken == 0 || gone || handoff.isEnded()) {
      return;
    }
    long amount = channel.byteCredits() ? resized(taken) : taken;
    allowance += amount;
    if (channel.byteCredits()) {
      if (beyond > 0) {
        countBeyond();
      }
      if (amount == 0) {
        return;
      }
      var body = new MsgPackWriter(9).writeInt(amount).toBytes();
      channel.outlet().control(creditOp(), mux(), nextSeq(), 0, body);
    } else {
      for (long i = 0; i < amount; i++) {
        channel.outlet().control(creditOp(), mux(), nextSeq(), 0, Payload.ABSENT);
      }
    }
  }

  /** What goes back of credit that was taken: more or less of it, as there is room. */
  private long resized(long taken) {
    var windows = channel.windows();
    if (!windows.mayChange(window)) {
      return taken;
    }
    long before = window;
    setWindow(windows.resized(before, taken));
    return taken + window - before;
  }

  /** The peer's credit message. */
  final void credited(Envelope message) {
    if (!channel.byteCredits()) {
      handoff.grant(1);
    } else if (message.hasPayload()) {
      handoff.grant(new MsgPackReader(message.payload()).readLong("credit", 0, 1L << 40));
    }
  }

  // --- out ---

  final AsyncEnds async() {
    return async;
  }

  @Override
  public final void release(long bytes) {
    channel.outlet().release(bytes);
  }

  @Override
  public final ErrorContext peer() {
    return ErrorContext.peer(channel.remoteHost());
  }

  /**
   * An item came behind the end, because two threads sent and ended at the same moment. Its sender
   * was told nothing, so the stream tells it.
   */
  @Override
  public final void lost() {
    if (!gone) {
      cancelled(new CancelledException("an item was sent while another thread ended them", peer()));
    }
  }

  /** Takes an item into the queue, or drops it because the direction has ended: then false. */
  @Override
  public final boolean enqueue(Item item) {
    if (gone || endQueued) { // behind the end the peer would take an item for a breach
      channel.outlet().release(item.cost());
      return false;
    }
    endQueued = item.isEnd();
    queue.add(item);
    rotate();
    return true;
  }

  final void rotate() {
    if (!rotating && !held && (!queue.isEmpty() || wantsTurn())) {
      rotating = true;
      channel.outlet().stream(this);
    }
  }

  // --- code on the loop ---

  /** Runs this end's code on the loop from now on; nothing came before. */
  final void inline(InlineEnd.Start start) {
    var end = new InlineEnd(this);
    inline = end;
    end.begin(start);
  }

  final @Nullable InlineEnd inline() {
    return inline;
  }

  private boolean wantsTurn() {
    var end = inline;
    return end != null && end.wantsTurn();
  }

  /** Whether this side's end costs a credit, as a server's does towards an original peer. */
  final boolean endCosts() {
    return endsBySending() && !channel.byteCredits();
  }

  /** Whether an item would go out before nothing else of this stream. */
  final boolean mayWrite() {
    return !gone && !held && !endQueued && queue.isEmpty();
  }

  /** Writes an item that has its credit; a large one begins to travel in parts. */
  final void writeNow(byte[] item) {
    var out = channel.outlet();
    if (out.inParts() && item.length > Outlet.PARTS_OVER) {
      queueNow(newItem(item));
    } else {
      int flags = item.length == 0 ? Flags.ZERO : 0;
      out.message(mux(), nextSeq(), 0, 0, itemOp(), flags, item, 0, null);
    }
  }

  /** Queues an item or an end, which the loop itself bounds. */
  final void queueNow(Item item) {
    channel.budget().take(item.cost());
    enqueue(item);
  }

  /** Holds back what is queued until {@link #unhold}. */
  final void hold() {
    held = true;
  }

  final void unhold() {
    held = false;
    rotate();
  }

  /** Writes up to a quantum; true if more waits. */
  final boolean writeSome(Outlet out) {
    int left = QUANTUM;
    while (left > 0) {
      var item = queue.peek();
      if (item == null) {
        return turn(left);
      }
      int length = item.payload.length;
      if (goesInParts(out, item)) {
        if (!out.mayPart()) {
          return true;
        }
        out.writePart(partOp(), mux(), item.payload, partsSent);
        partsSent += Outlet.PART;
        return true;
      }
      queue.poll();
      left -= length - partsSent + ITEM_COST;
      write(out, item);
      out.release(item.cost());
    }
    return true;
  }

  /** Nothing is queued: the turn is that of code on the loop, if it waits for it. */
  private boolean turn(int bytes) {
    var end = inline;
    if (end != null && end.wantsTurn()) {
      end.turn(bytes);
    }
    rotating = !queue.isEmpty() || wantsTurn();
    return rotating;
  }

  private boolean goesInParts(Outlet out, Item item) {
    int length = item.payload.length;
    return out.inParts() && length > Outlet.PARTS_OVER && length - partsSent > Outlet.PART;
  }

  /** Whether its next item goes on in parts, which may not go now. */
  final boolean waitsForPace(Outlet out) {
    var item = queue.peek();
    return item != null && goesInParts(out, item) && !out.mayPart();
  }

  private void write(Outlet out, Item item) {
    int flags =
        switch (item.kind) {
          case ITEM -> partsSent > 0 ? Flags.PARTS : item.payload.length == 0 ? Flags.ZERO : 0;
          case END -> Flags.EOF;
          case ERROR -> Flags.EOF | Flags.ERROR | (partsSent > 0 ? Flags.PARTS : 0);
        };
    out.message(mux(), nextSeq(), 0, 0, itemOp(), flags, item.payload, partsSent, null);
    partsSent = 0;
    if (item.kind != Kind.ITEM) {
      wroteEnd(item.kind == Kind.ERROR);
    }
  }

  /** No more of it on this channel; gives back what its queue holds. True the first time. */
  final boolean leave() {
    if (gone) {
      return false;
    }
    gone = true;
    left();
    for (var item : queue) {
      channel.outlet().release(item.cost());
    }
    queue.clear(); // it stays in the rotation until its turn comes and finds nothing
    channel.wheel().cancel(this);
    return true;
  }

  final boolean isMidParts() {
    return partsSent > 0;
  }

  // --- the user's side, from any thread but a loop ---

  /**
   * Sends an item: waits for credit, then for room in the queue.
   *
   * @throws SennitException if the stream has ended or failed
   */
  public final void send(byte[] item) throws InterruptedException {
    // There is no "absent" item on a stream: grid.md §4.4.
    channel.checkSize(item.length);
    while (true) {
      if (ending || handoff.refusesItems()) {
        throw new CancelledException(
            ending ? "this side has ended its items" : "the peer has ended the stream", peer());
      }
      if (async.putsWait()) {
        sendBehind(item);
        return;
      }
      if (handoff.tryTakeCredit(credit(item))) {
        submit(new Item(this, Kind.ITEM, item));
        return;
      }
      handoff.await(() -> handoff.hasCredit() || handoff.isOutputEnded() || async.putsWait());
    }
  }

  private void sendBehind(byte[] item) throws InterruptedException {
    var put = new WaitingPut(this, item);
    takeRoom(put.item());
    putsQueued.addAndGet(put.item().cost());
    channel.offer(put);
    put.await(handoff);
  }

  /** Sends an item if there is credit and room now. */
  public final boolean trySend(byte[] item) {
    channel.checkSize(item.length);
    if (ending || !channel.budget().hasRoom() || !async.tryTakeCredit(credit(item))) {
      return false;
    }
    var work = new Item(this, Kind.ITEM, item);
    channel.budget().take(work.cost());
    channel.offer(work);
    return true;
  }

  @Override
  public final long credit(byte[] item) {
    return channel.byteCredits() ? item.length + (long) ITEM_COST : 1;
  }

  final Item newItem(byte[] payload) {
    return new Item(this, Kind.ITEM, payload);
  }

  final Item newEnd() {
    return new Item(this, Kind.END, Payload.ABSENT);
  }

  final Item newError(byte[] text) {
    return new Item(this, Kind.ERROR, text);
  }

  /**
   * Sends an item, or ends this side's direction, without waiting: it goes out once there is credit
   * for it. Items keep the order in which they were given. Any thread.
   *
   * @throws SennitException at once, if it can never go out or the queue is full
   */
  public final void put(AsyncPut put) {
    var item = put.item();
    if (item.isEnd()) {
      ending = true;
    } else {
      channel.checkSize(item.payload.length);
      if (ending) {
        throw new CancelledException(
            "this side has ended its items", ErrorContext.peer(channel.remoteHost()));
      }
    }
    if (!item.isEnd() && putsQueued.get() >= channel.streamQueue()) {
      throw Busy.queue(
          "the queue of the stream is full", channel.streamQueue(), channel.remoteHost());
    }
    channel.reserve(item.cost());
    putsQueued.addAndGet(item.cost());
    channel.offer(put);
  }

  @Override
  public final void putOver(long bytes) {
    putsQueued.addAndGet(-bytes);
  }

  /** Asks for the next item without waiting. At most 1,024 may wait at a time. Any thread. */
  public final void take(AsyncTake take) {
    channel.offer(take);
  }

  /** Ends this side's direction without waiting; for engines, which bound their own queues. */
  final void finishNow() {
    var end = newEnd();
    channel.budget().take(end.cost());
    channel.offer(end);
  }

  /** Ends this side's direction, with an error's text or without. */
  final void finish(byte @Nullable [] error) throws InterruptedException {
    ending = true;
    submit(error == null ? newEnd() : newError(error));
  }

  private void submit(Item item) throws InterruptedException {
    takeRoom(item);
    channel.offer(item);
  }

  private void takeRoom(Item item) throws InterruptedException {
    if (!channel.awaitRoom(item.cost())) {
      var why = handoff.failure();
      throw why != null
          ? why
          : new DisconnectedException(
              "remote disconnected", ErrorContext.peer(channel.remoteHost()));
    }
  }

  /**
   * Waits for the next item.
   *
   * @return null at the clean end
   */
  public final byte @Nullable [] receive() throws InterruptedException {
    var item = handoff.take();
    if (item != null) {
      consumed(item);
    }
    return item;
  }

  /** The next item if one is there; null otherwise. */
  public final byte @Nullable [] poll() {
    var item = handoff.poll();
    if (item != null) {
      consumed(item);
    }
    return item;
  }

  /** An item was taken: its credit goes back with that of others. Any thread. */
  @Override
  public final void consumed(byte[] item) {
    if (!channel.byteCredits()) {
      consumedBytes.addAndGet(item.length + (long) ITEM_COST);
    }
    if (consumed.addAndGet(credit(item)) >= returnAt && consumedQueued.compareAndSet(false, true)) {
      channel.offer(consumedWork);
    }
  }

  /** Ends it at once for a reason; harmless when it has ended. Any thread. */
  public final void cancel(SennitException why) {
    if (!handoff.isOver()) {
      channel.offer(new Cancel(this, why));
    }
  }
}
