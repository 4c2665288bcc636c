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
   * @param asked by whom; null if its sender waited for the credit it has
   */
  private record Waiting(Mux.Item item, @Nullable AsyncPut asked) {}

  private final Mux mux;
  private final ArrayDeque<AsyncTake> takes = new ArrayDeque<>();
  private final ArrayDeque<Waiting> puts = new ArrayDeque<>();
  private boolean watching;

  AsyncEnds(Mux mux) {
    this.mux = mux;
  }

  /** Queues an item of a sender that waited, if others are before it. */
  boolean queuedBehind(Mux.Item item) {
    if (puts.isEmpty()) {
      return false;
    }
    puts.add(new Waiting(item, null));
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
              ErrorContext.peer(mux.channel().remoteHost())
                  .withAdvice("Take the next item when the last one has come.")));
      return;
    }
    takes.add(take);
    watch();
  }

  void put(AsyncPut asked) {
    var put = new Waiting(asked.item(), asked);
    if (puts.isEmpty() && over(put)) {
      return;
    }
    puts.add(put);
    watch();
  }

  private void watch() {
    if (!watching) {
      watching = true;
      mux.handoff().onChange(this::serve);
    }
  }

  private void serve() {
    while (!takes.isEmpty() && served(takes.peek())) {
      takes.poll();
    }
    while (!puts.isEmpty() && over(puts.peek())) {
      puts.poll();
    }
  }

  /** Whether the take is over. */
  private boolean served(AsyncTake take) {
    if (take.isGivenUp()) {
      return true;
    }
    var handoff = mux.handoff();
    boolean ended = handoff.isEnded(); // read first: what came before the end is then seen
    var item = handoff.poll();
    if (item != null) {
      if (take.came(item)) {
        mux.consumed(item);
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
    var handoff = mux.handoff();
    var asked = put.asked;
    if (asked != null && asked.isGivenUp()) {
      mux.channel().outlet().release(put.item.cost());
      return true;
    }
    if (!put.item.isEnd() && handoff.isOutputEnded()) {
      mux.channel().outlet().release(put.item.cost());
      refuse(asked, "the peer has ended the stream");
      return true;
    }
    boolean needsCredit = asked != null && !put.item.isEnd();
    if (needsCredit && !handoff.tryTakeCredit(mux.credit(put.item.payload))) {
      return false;
    }
    boolean taken = mux.enqueue(put.item);
    if (!taken && !put.item.isEnd()) { // an end twice is as good as once
      refuse(asked, "this side has ended its items");
    } else if (asked != null) {
      asked.sent();
    }
    return true;
  }

  private void refuse(@Nullable AsyncPut asked, String what) {
    if (asked != null) {
      var why = mux.handoff().failure();
      asked.failed(
          why != null
              ? why
              : new CancelledException(what, ErrorContext.peer(mux.channel().remoteHost())));
    }
  }
}
