package io.sennit.stress;

import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Runner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** Who changes what a waiter waits for and then signals has woken him, or he never slept. */
@JCStressTest
@Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "woken, or never asleep")
@Outcome(id = "false", expect = Expect.FORBIDDEN, desc = "slept on")
@State
public class GateStress {
  private final Sleeper runner = new Sleeper();
  private final Gate gate = new Gate(runner);
  private volatile boolean open;

  /** Waits, and says whether nobody forgot him. */
  @Actor
  public void waits(Z_Result result) {
    try {
      gate.await(() -> open);
      result.r1 = !runner.forgotten;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens and signals. */
  @Actor
  public void opens() {
    open = true;
    gate.signal();
    runner.signalled = true;
  }

  /** A park that gives up when the signal was given and was not for it, and remembers that. */
  private static final class Sleeper implements Runner {
    private volatile boolean permit;
    private volatile boolean signalled;
    private volatile boolean forgotten;

    @Override
    public Future<?> start(String name, Runnable userCode) {
      return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public void park() {
      boolean over = false;
      while (!permit) {
        if (over) {
          forgotten = true;
          return;
        }
        Thread.onSpinWait();
        over = signalled; // read before the last look for a permit
      }
      permit = false;
    }

    @Override
    public void unpark(Thread thread) {
      permit = true;
    }

    @Override
    public boolean mayBlock() {
      return true;
    }
  }
}
