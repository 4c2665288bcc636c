package io.sennit.core.death;

import io.sennit.core.death.DeathOracle.Change;
import io.sennit.core.loop.RareLog;
import io.sennit.core.spi.Loop;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One listener and what it has not been told. Changes are added by one thread at a time, the one
 * that applies reports, and taken all at once by the listener's loop.
 */
final class VerdictListener implements DeathOracle.Listening {
  private static final RareLog LOG = RareLog.of("io.sennit.core.death");

  private final Loop loop;
  private final Consumer<Change> told;
  private final int maxWaiting;
  private final Consumer<VerdictListener> gone;
  private final AtomicReference<@Nullable List<Change>> waiting = new AtomicReference<>();
  private final AtomicBoolean due = new AtomicBoolean();
  private final Runnable tell = this::tell;
  private volatile boolean closed;
  private int foldAt;

  VerdictListener(
      Loop loop, Consumer<Change> told, int maxWaiting, Consumer<VerdictListener> gone) {
    this.loop = loop;
    this.told = told;
    this.maxWaiting = maxWaiting;
    this.gone = gone;
    this.foldAt = 2 * maxWaiting;
  }

  void add(Change change) {
    var mine = waiting.getAndSet(null);
    if (mine == null) {
      mine = new ArrayList<>();
      foldAt = 2 * maxWaiting;
    }
    mine.add(change);
    if (mine.size() > foldAt) {
      mine = folded(mine);
      foldAt = mine.size() + maxWaiting;
    }
    waiting.set(mine);
    if (due.compareAndSet(false, true)) {
      try {
        loop.execute(tell);
      } catch (RejectedExecutionException _) {
        close(); // the loop has ended: nobody is left to tell
      }
    }
  }

  /** For each address the last death and the last other verdict, in their order. */
  private static List<Change> folded(List<Change> all) {
    var seen = new HashSet<Object>();
    var kept = new ArrayList<Change>();
    for (var change : all.reversed()) {
      record Place(Object address, boolean dead) {}
      if (seen.add(new Place(change.subject(), change.now() instanceof Verdict.Dead))) {
        kept.add(change);
      }
    }
    return new ArrayList<>(kept.reversed());
  }

  private void tell() {
    due.set(false); // from here on an addition asks for another run
    var mine = waiting.getAndSet(null);
    if (mine == null) {
      return;
    }
    for (var change : mine) {
      if (closed) {
        return;
      }
      try {
        told.accept(change);
      } catch (Throwable t) {
        LOG.log(loop.nanoTime(), Level.ERROR, "a listener to deaths failed on " + change, t);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    gone.accept(this);
    waiting.set(null);
  }
}
