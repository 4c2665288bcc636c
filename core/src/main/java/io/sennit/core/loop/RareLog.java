package io.sennit.core.loop;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A log for what a peer or a user's code can cause again and again: at most one line an interval,
 * which says how many were left out before it. Any thread; takes no lock.
 *
 * <pre>{@code
 * private static final RareLog LOG = RareLog.of("io.sennit.net.datagrams");
 * ...
 * LOG.log(loop.nanoTime(), Level.WARNING, "a packet was refused", why);
 * }</pre>
 */
public final class RareLog {
  /** Between two lines, unless said otherwise. */
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  private static final long NEVER = Long.MIN_VALUE;

  private final Logger log;
  private final long intervalNanos;
  private final AtomicLong last = new AtomicLong(NEVER);
  private final AtomicLong leftOut = new AtomicLong();

  private RareLog(Logger log, Duration interval) {
    this.log = log;
    this.intervalNanos = interval.toNanos();
  }

  /** One line in {@link #INTERVAL}. */
  public static RareLog of(String logger) {
    return of(System.getLogger(logger), INTERVAL);
  }

  /**
   * One line an interval.
   *
   * @param interval more than zero
   */
  public static RareLog of(Logger logger, Duration interval) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("an interval above zero, not " + interval);
    }
    return new RareLog(logger, interval);
  }

  /**
   * Logs, or counts.
   *
   * @param nanoTime now, by the clock of the loop or the runner
   * @return whether it was logged
   */
  public boolean log(long nanoTime, Level level, String message, @Nullable Throwable thrown) {
    long before = last.get();
    long now = nanoTime == NEVER ? NEVER + 1 : nanoTime;
    if (before != NEVER && now - before < intervalNanos || !last.compareAndSet(before, now)) {
      leftOut.getAndIncrement();
      return false;
    }
    long missed = leftOut.getAndSet(0);
    var text = missed == 0 ? message : message + " (" + missed + " like it were not logged)";
    if (thrown == null) {
      log.log(level, text);
    } else {
      log.log(level, text, thrown);
    }
    return true;
  }

  /** Left out since the last line. */
  public long leftOut() {
    return leftOut.get();
  }
}
