package io.sennit.store;

import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.loop.LoopThread;
import io.sennit.core.spi.Fabric.Campaign;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Loop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One candidacy, on a thread of its own, so that no other work can hold it up. The thread alone
 * touches the files: while it waits it tries again and again; while it leads it looks whether it
 * still does. It tells the owner on its loop, and frees the lock only after the owner was told that
 * it no longer leads.
 */
final class FileCampaign implements Campaign {
  private static final System.Logger LOG = System.getLogger(FileCampaign.class.getName());

  private static final long RETRY_MILLIS = 200; // up to twice that
  private static final long LOOK_MILLIS = 1_000;

  /** Whoever has not looked for so long is no longer sure. */
  private static final long SURE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final long CLOSE_SECONDS = 5;

  /** How long whoever closed is waited for. */
  private static final int MOST_SECONDS = 10;

  private final Loop owner;
  private final Path folder;
  private final String role;
  private final String me;
  private final Leadership leadership;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long lookedAt; // System.nanoTime, while it leads

  // on the loop only
  private boolean leads;

  // on the thread only
  private String lastTrouble = "";

  FileCampaign(Loop owner, Path folder, String role, String me, Leadership leadership) {
    this.owner = owner;
    this.folder = folder;
    this.role = role;
    this.me = me;
    this.leadership = leadership;
  }

  void start() {
    Thread.ofPlatform().daemon().name("sennit-lease-" + role).start(this::run);
  }

  private void run() {
    try {
      while (!closed(0)) {
        var term = tryBegin();
        if (term != null) {
          try {
            lead(term);
          } catch (RuntimeException | Error e) {
            troubled(e);
          } finally {
            untilDone("telling the end of " + role, this::lose);
            untilDone("freeing the lock of " + role, term::close);
          }
        }
        closed(RETRY_MILLIS + ThreadLocalRandom.current().nextLong(RETRY_MILLIS));
      }
    } finally {
      ended.countDown();
    }
  }

  /** Waits for the close; whether it came. */
  private boolean closed(long millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true; // nobody interrupts it; if somebody does, it is to end it
    }
  }

  private @Nullable Term tryBegin() {
    try {
      lookedAt = System.nanoTime();
      Optional<Term> begun = Term.tryBegin(folder, role, me);
      lastTrouble = "";
      return begun.orElse(null);
    } catch (IOException | RuntimeException | Error e) {
      troubled(e);
      return null;
    }
  }

  /** Said once for each trouble, not once for each try. */
  private void troubled(Throwable cause) {
    var why = because(cause);
    if (!why.what().equals(lastTrouble)) {
      lastTrouble = why.what();
      LOG.log(System.Logger.Level.WARNING, "cannot run for " + role + " in " + folder, why);
      tell(
          () -> {
            if (closed.getCount() > 0) {
              leadership.unreachable(why);
            }
          });
    }
  }

  private SennitException because(Throwable cause) {
    return cause instanceof SennitException known
        ? known
        : new StorageException(
            "cannot run for " + role + ": " + cause,
            ErrorContext.advice(Failures.advice(cause)),
            cause);
  }

  private void lead(Term term) {
    tell(
        () -> {
          if (closed.getCount() > 0) { // else it came too late: nobody is told
            leads = true;
            leadership.leading(term.epoch());
          }
        });
    while (!closed(LOOK_MILLIS)) {
      long now = System.nanoTime();
      if (!term.sure()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} no longer leads {1}: lock or epoch in {2} are not its own any more",
            me,
            role,
            folder);
        return;
      }
      lookedAt = now;
    }
  }

  /**
   * Another may lead only when this side knows that it does not. Whoever closed knows already, so
   * then a loop that does not answer is not waited for without end.
   */
  private void lose() throws InterruptedException {
    var known = new CountDownLatch(1);
    boolean told =
        tell(
            () -> {
              try {
                if (leads) {
                  leads = false;
                  leadership.lost();
                }
              } finally {
                known.countDown();
              }
            });
    for (int tries = 0; told && !known.await(1, TimeUnit.SECONDS); ) {
      if (closed.getCount() == 0 && ++tries == MOST_SECONDS) {
        LOG.log(System.Logger.Level.WARNING, "{0} was not told that it no longer leads", me);
        return;
      }
    }
  }

  /** Runs something on the loop; false: the loop is gone, and with it who could believe to lead. */
  private boolean tell(Runnable what) {
    try {
      owner.execute(what);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /** Tries until it is done: else nobody in this process could ever lead again. */
  private void untilDone(String what, Step step) {
    for (boolean said = false; ; said = true) {
      try {
        step.run();
        return;
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        if (!said) {
          LOG.log(System.Logger.Level.WARNING, what + " failed; it is tried again", e);
        }
      }
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
    }
  }

  @Override
  public long sureNanos() {
    assert owner.inLoop() : "off the owner's loop";
    return leads ? Math.max(0, SURE_NANOS - (System.nanoTime() - lookedAt)) : 0;
  }

  /**
   * Resigns; any thread. On a loop it returns at once; elsewhere when the lock is free, or after 5
   * s.
   */
  @Override
  public void close() {
    closed.countDown();
    if (owner.inLoop() || Thread.currentThread() instanceof LoopThread) {
      return;
    }
    try {
      if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the lock of {0} is not free after {1} s",
            role,
            CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is freed without us
    }
  }

  @Override
  public String toString() {
    return "candidacy of " + me + " for " + role;
  }
}
