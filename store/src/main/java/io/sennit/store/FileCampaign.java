package io.sennit.store;

import io.sennit.core.SennitException;
import io.sennit.core.loop.Backoff;
import io.sennit.core.loop.LoopThread;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric.Campaign;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Loop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One candidacy. Its state lives on the owner's loop; the files are touched off it, one such task
 * at a time. While it waits it tries again and again; while it leads it looks whether it still
 * does.
 */
final class FileCampaign implements Campaign {
  private static final System.Logger LOG = System.getLogger(FileCampaign.class.getName());

  private static final Backoff RETRY = new Backoff(Duration.ofMillis(400), Duration.ofMillis(400));
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final long CLOSE_SECONDS = 10;

  private final Loop owner;
  private final Path folder;
  private final String role;
  private final String me;
  private final Leadership leadership;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);

  // on the loop only
  private Loop.@Nullable Timer timer;
  private @Nullable Term term;
  private boolean busy;
  private String lastTrouble = "";

  FileCampaign(Loop owner, Path folder, String role, String me, Leadership leadership) {
    this.owner = owner;
    this.folder = folder;
    this.role = role;
    this.me = me;
    this.leadership = leadership;
  }

  /** On the loop. */
  void start() {
    timer = owner.timer(this::step);
    step();
  }

  private void step() {
    var leads = term;
    if (busy || closed.get()) {
      return; // whoever is busy goes on; whoever closed ends it
    }
    busy = true;
    if (leads == null) {
      owner.offload(() -> Term.tryBegin(folder, role, me), Done.of(this::tried, this::triedInVain));
    } else {
      owner.offload(leads::sure, Done.of(this::looked, why -> looked(false)));
    }
  }

  private void tried(Optional<Term> begun) {
    busy = false;
    lastTrouble = "";
    if (begun.isEmpty()) {
      next(RETRY.nanos(1, owner.random()));
      return;
    }
    term = begun.get();
    if (closed.get()) {
      giveUp(false); // it came too late: nobody was told, so nobody loses it
    } else {
      next(LOOK.toNanos());
      leadership.leading(term.epoch());
    }
  }

  private void triedInVain(SennitException why) {
    busy = false;
    if (!why.what().equals(lastTrouble)) { // once for each trouble, not once for each try
      lastTrouble = why.what();
      LOG.log(System.Logger.Level.WARNING, "cannot run for " + role + " in " + folder, why);
    }
    next(RETRY.nanos(1, owner.random()));
  }

  private void looked(boolean sure) {
    busy = false;
    if (closed.get()) {
      giveUp(true);
    } else if (sure) {
      next(LOOK.toNanos());
    } else {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} no longer leads {1}: lock or epoch in {2} are not its own any more",
          me,
          role,
          folder);
      giveUp(true);
    }
  }

  private void next(long nanos) {
    if (closed.get()) {
      giveUp(term != null);
    } else if (timer != null) {
      timer.arm(nanos);
    }
  }

  /** Tells, then frees: another may lead only when this side knows that it does not. */
  private void giveUp(boolean tell) {
    var over = term;
    term = null;
    try {
      if (tell && over != null) {
        leadership.lost();
      }
    } finally {
      if (over != null) {
        busy = true;
        owner.offload(() -> free(over), Done.of(ok -> freed(), why -> freed()));
      } else {
        freed();
      }
    }
  }

  private boolean free(Term over) throws IOException {
    try (over) {
      return true;
    } finally {
      if (closed.get()) {
        ended.countDown(); // here and not on the loop, which may be ending too
      }
    }
  }

  private void freed() {
    busy = false;
    if (closed.get()) {
      ended.countDown();
    } else {
      next(RETRY.nanos(1, owner.random()));
    }
  }

  /**
   * Resigns; any thread. On a loop it returns at once; elsewhere when the lock is free, or after 10
   * s.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        owner.execute(this::resign);
      } catch (RejectedExecutionException e) {
        // the loop is gone, and with it whoever could still believe that it leads
        LOG.log(System.Logger.Level.WARNING, "a loop ended before its candidacy for " + role, e);
        return;
      }
    }
    if (owner.inLoop() || Thread.currentThread() instanceof LoopThread) {
      return;
    }
    try {
      if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(System.Logger.Level.WARNING, "the lock of {0} is not free after 10 s", role);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is freed without us
    }
  }

  private void resign() {
    if (timer != null) {
      timer.cancel();
    }
    if (!busy) {
      giveUp(true);
    } // else the task under way ends it when it comes back
  }

  @Override
  public String toString() {
    return "candidacy of " + me + " for " + role;
  }
}
