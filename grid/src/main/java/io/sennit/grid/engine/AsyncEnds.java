package io.sennit.grid.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a stream by callers that do not wait: takes that no item has come for yet, and
 * items without credit, each in its order. On the stream's loop.
 */
final class AsyncEnds {
  /** Takes that may wait at a time; items are bounded by the queue's budget. */
  static final int MAX_TAKES = 1024;

  /**
   * An item in its turn.
   *
   * @param asked by whom; null if its sender is not told
   */
  private record Waiting(Mux.Item item, @Nullable AsyncPut asked) {}

  /** What the stream does for them. */
  interface Stream {
    /** Where items and credit are. */
    StreamHandoff handoff();

    /** Puts an item into the stream's queue; false if this side's items have ended. */
    boolean enqueue(Mux.Item item);

    /** What an item costs in this connection's unit of credit. */
    long credit(byte[] item);

    /** Gives bytes back to the queue's budget. */
    void release(long bytes);

    /** An item, or the end, of a caller who does not wait, waits no more. */
    void putOver(long bytes);

    /** An item was taken. */
    void consumed(byte[] item);

    /** An item whose sender believes it sent came behind the end. */
    void lost();

    /** Who the peer is, for errors. */
    ErrorContext peer();
  }

  private final Stream stream;
  private final ArrayDeque<AsyncTake> takes = new ArrayDeque<>();
  private final ArrayDeque<Waiting> puts = new ArrayDeque<>();
  private boolean watching;
  private volatile boolean putsWait; // then nobody takes credit before them

  AsyncEnds(Stream stream) {
    this.stream = stream;
  }

  /**
   * Takes credit for an item that a thread sends, unless items of callers who do not wait are
   * before it. Any thread.
   */
  boolean tryTakeCredit(long cost) {
    return !putsWait && stream.handoff().tryTakeCredit(cost);
  }

  /** Whether items wait for credit, so that whoever sends now waits behind them. Any thread. */
  boolean putsWait() {
    return putsWait;
  }

  /**
   * Queues an item of a thread that has taken its credit already, if others are before it. Then the
   * credit goes to the first of them, who could never get any otherwise.
   */
  boolean queuedBehind(Mux.Item item) {
    if (puts.isEmpty()) {
      return false;
    }
    puts.add(new Waiting(item, null));
    if (!item.isEnd()) {
      stream.handoff().grant(stream.credit(item.payload));
    }
    return true;
  }

  void take(AsyncTake take) {
    takes.removeIf(AsyncTake::isGivenUp);
    if (takes.isEmpty() && served(take)) {
      return;
    }
    if (takes.size() >= MAX_TAKES) {
      take.failed(
          new RejectedException(
              MAX_TAKES + " takes of this stream wait already",
              stream.peer().withAdvice("Take the next item when the last one has come.")));
      return;
    }
    takes.add(take);
    watch();
  }

  void put(AsyncPut asked) {
    var put = new Waiting(asked.item(), asked);
    if (puts.isEmpty() && over(put)) {
      stream.putOver(put.item.cost());
      return;
    }
    puts.add(put);
    if (!putsWait) {
      putsWait = true;
      stream.handoff().wake(); // threads that wait for credit now wait behind it
    }
    watch();
  }

  private void watch() {
    if (!watching) {
      watching = true;
      stream.handoff().onChange(this::serve);
    }
  }

  private void serve() {
    while (!takes.isEmpty() && served(takes.peek())) {
      takes.poll();
    }
    while (!puts.isEmpty() && over(puts.peek())) {
      var gone = puts.remove();
      if (gone.asked != null) {
        stream.putOver(gone.item.cost());
      }
    }
    putsWait = !puts.isEmpty();
  }

  /** Whether the take is over. */
  private boolean served(AsyncTake take) {
    if (take.isGivenUp()) {
      return true;
    }
    var handoff = stream.handoff();
    boolean ended = handoff.isEnded(); // read first: what came before the end is then seen
    var item = handoff.poll();
    if (item != null) {
      if (take.came(item)) {
        stream.consumed(item);
      } else {
        handoff.putBack(item); // its credit is given back when somebody has really taken it
      }
      return true;
    }
    if (!ended) {
      return false;
    }
    var why = handoff.failure();
    if (why == null) {
      take.ended();
    } else {
      take.failed(why);
    }
    return true;
  }

  /** Whether the item has gone on, or never will. */
  private boolean over(Waiting put) {
    var handoff = stream.handoff();
    var asked = put.asked;
    if (asked != null && asked.isGivenUp()) {
      stream.release(put.item.cost());
      return true;
    }
    if (!put.item.isEnd() && handoff.isOutputEnded()) {
      stream.release(put.item.cost());
      refuse(asked, "the peer has ended the stream");
      return true;
    }
    if (!put.item.isEnd() && !handoff.tryTakeCredit(stream.credit(put.item.payload))) {
      return false;
    }
    boolean taken = stream.enqueue(put.item);
    if (asked == null) {
      if (!taken && !put.item.isEnd()) {
        stream.lost();
      }
    } else if (taken || put.item.isEnd() && handoff.failure() == null) {
      asked.sent(); // an end twice is as good as once
    } else {
      refuse(asked, "this side has ended its items");
    }
    return true;
  }

  private void refuse(@Nullable AsyncPut asked, String what) {
    if (asked != null) {
      var why = stream.handoff().failure();
      asked.failed(why != null ? why : new CancelledException(what, stream.peer()));
    }
  }
}
