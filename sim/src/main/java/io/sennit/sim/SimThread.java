package io.sennit.sim;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of user code, real but never running on its own: it goes on only while it holds the
 * baton. Reused for one task after another. Its fields are touched by whoever runs: the simulation
 * or the one thread that holds the baton.
 */
final class SimThread extends Thread {
  /** Turns of waiting for the baton before sleeping: it often comes back at once. */
  static final int SPINS = 2_000;

  private final Threads threads;
  private volatile boolean baton;
  private boolean signalled; // an interrupt that came while it did not run
  private boolean ending;
  private boolean gone;

  @Nullable SimTask<?> task;
  @Nullable Life life;
  Event resume;
  boolean permit;
  boolean parked;
  boolean unwinding; // its life is over: waiting throws until the task has ended

  SimThread(Threads threads, int number) {
    super("sim-thread-" + number);
    this.threads = threads;
    this.resume = Event.of(null, () -> {});
    setDaemon(true);
  }

  Threads threads() {
    return threads;
  }

  /** Gives the baton; the giver then waits until {@link Threads#returned}. */
  void give() {
    baton = true;
    LockSupport.unpark(this);
  }

  /** From now on waiting throws, and no task follows. */
  void endIt() {
    ending = true;
  }

  /** Gives the baton back until it comes again. */
  void yieldBaton() {
    threads.giveBack();
    awaitBaton();
    if (ending || unwinding) {
      throw new SimulationOver();
    }
  }

  private void awaitBaton() {
    boolean real = false; // a real interrupt by a thread that is not part of the simulation
    for (int spins = 0; !baton && spins < SPINS; spins++) {
      Thread.onSpinWait();
    }
    while (!baton) {
      LockSupport.park(this);
      real |= Thread.interrupted();
    }
    baton = false;
    if (signalled || real) {
      signalled = false;
      super.interrupt();
    }
  }

  /**
   * Interrupts. A thread that does not run is told when it next does, and is made to run: so the
   * moment comes from the seed and not from the machine.
   */
  @Override
  public void interrupt() {
    if (Thread.currentThread() == this) {
      super.interrupt();
    } else {
      signalled = true;
      threads.wake(this);
    }
  }

  @Override
  public boolean isInterrupted() {
    return signalled || super.isInterrupted();
  }

  /** Whether it has ended and will never want the baton again. */
  boolean isGone() {
    return gone;
  }

  @Override
  public void run() {
    awaitBaton();
    while (!ending) {
      var work = task;
      if (work != null) {
        work.run();
      }
      signalled = false;
      Thread.interrupted();
      threads.finished(this);
      awaitBaton();
    }
    gone = true;
    threads.giveBack();
  }
}
