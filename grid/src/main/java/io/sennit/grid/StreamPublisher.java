package io.sennit.grid;

import io.sennit.core.SennitException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream's results as a {@link Flow.Publisher} for one subscriber. Demand becomes credit: what is
 * not asked for is not taken, and the sender is held.
 *
 * @param <T> the items' type
 */
final class StreamPublisher<T> implements Flow.Publisher<T> {
  private static final Logger LOG = System.getLogger(StreamPublisher.class.getName());

  private final Supplier<CompletableFuture<Optional<T>>> next;
  private final Runnable cancel;
  private final AtomicBoolean taken = new AtomicBoolean();

  /**
   * Of a stream.
   *
   * @param next asks for the next item
   * @param cancel ends the stream early
   */
  StreamPublisher(Supplier<CompletableFuture<Optional<T>>> next, Runnable cancel) {
    this.next = next;
    this.cancel = cancel;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    if (taken.compareAndSet(false, true)) {
      subscriber.onSubscribe(new Results(subscriber));
    } else {
      subscriber.onSubscribe(new Nothing());
      subscriber.onError(new IllegalStateException("a stream has one subscriber"));
    }
  }

  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long items) {
      // there are none
    }

    @Override
    public void cancel() {
      // there is nothing to cancel
    }
  }

  /**
   * All signals leave from {@link #drain}, which one thread at a time runs: whoever comes meanwhile
   * leaves a mark and goes.
   */
  private final class Results implements Flow.Subscription {
    private final Flow.Subscriber<? super T> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger marks = new AtomicInteger();
    private volatile @Nullable Optional<T> item;
    private volatile @Nullable Throwable failure;
    private volatile boolean over;
    private boolean asked; // of the one who drains

    Results(Flow.Subscriber<? super T> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long items) {
      if (items <= 0) {
        failure = new IllegalArgumentException("request(" + items + "): ask for one at least");
        cancel.run();
      } else {
        demand.accumulateAndGet(items, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      drain();
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        cancel.run();
      }
    }

    private void drain() {
      if (marks.getAndIncrement() != 0) {
        return;
      }
      int seen = 1;
      do {
        while (!over && step()) {
          // go on
        }
        seen = marks.addAndGet(-seen);
      } while (seen != 0);
    }

    /** Does one thing; false if there is none to do. */
    private boolean step() {
      var why = failure;
      if (why != null) {
        over = true;
        subscriber.onError(why);
        return false;
      }
      var arrived = item;
      if (arrived != null) {
        item = null;
        asked = false;
        give(arrived);
        return true;
      }
      if (asked || demand.get() == 0) {
        return false;
      }
      asked = true;
      next.get().whenComplete(this::came);
      return true;
    }

    private void give(Optional<T> arrived) {
      if (arrived.isEmpty()) {
        over = true;
        subscriber.onComplete();
        return;
      }
      if (demand.get() != Long.MAX_VALUE) {
        demand.decrementAndGet();
      }
      try {
        subscriber.onNext(arrived.get());
      } catch (RuntimeException | Error e) { // a subscriber may not throw: it gets no more
        LOG.log(Level.WARNING, "a subscriber threw from onNext; its stream is cancelled", e);
        cancel();
      }
    }

    private void came(@Nullable Optional<T> arrived, @Nullable Throwable why) {
      if (arrived != null) {
        item = arrived;
      } else if (why instanceof CompletionException wrapped
          && wrapped.getCause() instanceof SennitException cause) {
        failure = cause;
      } else {
        failure = why;
      }
      drain();
    }
  }
}
