package io.sennit.grid.engine;

import io.sennit.core.spi.Loop;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The links of a manager that have not ended. When the manager closes, each sends what was written
 * to it and says its end, while the connections beneath still stand; docs/protocol/grid.md §9.4
 */
final class OpenLinks {
  /** How long links may take for that: as long as those of a fabric that closes. */
  private static final long LIMIT_NANOS = 2_000_000_000;

  private final ConcurrentNavigableMap<Long, StreamLink> links = new ConcurrentSkipListMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicReference<@Nullable Runnable> next = new AtomicReference<>();
  private volatile boolean ending;

  /** For a link that is being made; any thread. */
  long nextNumber() {
    return numbers.incrementAndGet();
  }

  /** A link begins; any thread. It is to call {@link #gone} once. */
  void begun(long number, StreamLink link) {
    links.put(number, link);
    if (ending) {
      link.managerClosed();
    }
  }

  /** A link has ended and its stream with it; any thread. */
  void gone(long number) {
    links.remove(number);
    if (ending && links.isEmpty()) {
      goOn();
    }
  }

  boolean areEnding() {
    return ending;
  }

  /**
   * Ends them all.
   *
   * @param clock a loop for the limit's timer
   * @param then done once, when all are gone or the time is up; on whatever thread that is
   */
  void end(Loop clock, Runnable then) {
    next.set(then);
    ending = true;
    if (links.isEmpty()) {
      goOn();
      return;
    }
    clock.execute(() -> clock.timer(this::goOn).arm(LIMIT_NANOS));
    links.values().forEach(StreamLink::managerClosed);
  }

  private void goOn() {
    var then = next.getAndSet(null);
    if (then != null) {
      then.run();
    }
  }
}
