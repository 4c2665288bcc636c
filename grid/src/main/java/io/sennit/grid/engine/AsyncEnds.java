package io.sennit.grid.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a stream by callers that do not wait: takes that no item has come for yet, and
 * items without credit, each in its order. On the stream's loop, where the futures complete.
 */
final class AsyncEnds {
  /** Takes that may wait at a time; items are bounded by the queue's budget. */
  static final int MAX_TAKES = 1024;

  /** One take. */
  static final class Take extends Work {
    final CompletableFuture<Optional<byte[]>> future = new CompletableFuture<>();
    private final Mux mux;

    Take(Mux mux) {
      this.mux = mux;
    }

    @Override
    void arrived(Channel channel) {
      mux.async().take(this);
    }

    @Override
    void tooLate(Channel channel, SennitException why) {
      mux.async().take(this); // what came before the end is still there to take
    }
  }

  /** One item, or the end; its bytes are reserved in the queue's budget. */
  static final class Put extends Work {
    final CompletableFuture<Void> future = new CompletableFuture<>();
    private final Mux mux;
    private final Mux.Item item;

    Put(Mux mux, Mux.Item item) {
      this.mux = mux;
      this.item = item;
    }

    @Override
    void arrived(Channel channel) {
      mux.async().put(new Waiting(item, item.kind == Mux.Kind.ITEM, future));
    }

    @Override
    void tooLate(Channel channel, SennitException why) {
      channel.budget().give(item.cost());
      future.completeExceptionally(why);
    }
  }

  /**
   * An item in its turn.
   *
   * @param needsCredit whether its credit was not taken yet
   * @param future of the one who asked, if he did not wait
   */
  private record Waiting(
      Mux.Item item, boolean needsCredit, @Nullable CompletableFuture<Void> future) {}

  private final Mux mux;
  private final ArrayDeque<Take> takes = new ArrayDeque<>();
  private final ArrayDeque<Waiting> puts = new ArrayDeque<>();
  private boolean watching;

  AsyncEnds(Mux mux) {
    this.mux = mux;
  }

  /** Queues an item of a caller that waited, if others are before it. */
  boolean queuedBehind(Mux.Item item) {
    if (puts.isEmpty()) {
      return false;
    }
    puts.add(new Waiting(item, false, null));
    return true;
  }

  private void take(Take take) {
    takes.removeIf(one -> one.future.isDone());
    if (takes.isEmpty() && served(take)) {
      return;
    }
    if (takes.size() >= MAX_TAKES) {
      take.future.completeExceptionally(
          new RejectedException(
              MAX_TAKES + " takes of this stream wait already",
              ErrorContext.peer(mux.channel().remoteHost())
                  .withAdvice("Take the next item when the last one has come.")));
      return;
    }
    takes.add(take);
    watch();
  }

  private void put(Waiting put) {
    if (puts.isEmpty() && sent(put)) {
      return;
    }
    puts.add(put);
    watch();
  }

  private void watch() {
    if (!watching) {
      watching = true;
      mux.port().onChange(this::serve);
    }
  }

  private void serve() {
    while (!takes.isEmpty() && served(takes.peek())) {
      takes.poll();
    }
    while (!puts.isEmpty() && sent(puts.peek())) {
      puts.poll();
    }
  }

  /** Whether the take is over. */
  private boolean served(Take take) {
    if (take.future.isDone()) { // given up
      return true;
    }
    boolean ended = mux.port().isEnded(); // read first: what came before the end is then seen
    var item = mux.poll();
    if (item != null) {
      if (!take.future.complete(Optional.of(item))) {
        mux.port().putBack(item);
      }
      return true;
    }
    if (!ended) {
      return false;
    }
    var why = mux.port().failure();
    if (why == null) {
      take.future.complete(Optional.empty());
    } else {
      take.future.completeExceptionally(why);
    }
    return true;
  }

  /** Whether the item has gone on, or never will. */
  private boolean sent(Waiting put) {
    var port = mux.port();
    var future = put.future;
    if (future != null && future.isDone()) { // given up
      mux.channel().outlet().release(put.item.cost());
      return true;
    }
    if (put.item.kind == Mux.Kind.ITEM && port.isOutputEnded()) {
      mux.channel().outlet().release(put.item.cost());
      if (future != null) {
        var why = port.failure();
        future.completeExceptionally(
            why != null
                ? why
                : new CancelledException(
                    "the peer has ended the stream",
                    ErrorContext.peer(mux.channel().remoteHost())));
      }
      return true;
    }
    if (put.needsCredit && !port.tryTakeCredit(mux.credit(put.item.payload))) {
      return false;
    }
    mux.enqueue(put.item);
    if (future != null) {
      future.complete(null);
    }
    return true;
  }
}
