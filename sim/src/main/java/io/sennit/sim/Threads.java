package io.sennit.sim;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * User code on threads of which exactly one runs at a time. The simulation's thread hands the baton
 * to one and waits until it comes back: when that thread parks or ends.
 */
final class Threads {
  private static final long STUCK_NANOS = 20_000_000_000L; // real time
  private static final long STUCK_AT_END_NANOS = 2_000_000_000L;
  private static final int MOST_WAITS_AT_END = 100;
  private static final int MOST_DELAY_NANOS = 20_000;

  private final Simulation simulation;
  private final SplittableRandom random;
  private final List<SimThread> all = new ArrayList<>();
  private final ArrayDeque<SimThread> idle = new ArrayDeque<>();
  private volatile @Nullable SimThread running;
  private @Nullable Thread giver;
  private boolean outerPermit;
  private boolean over;

  Threads(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.random = random;
  }

  /** Makes code runnable on a thread of a node's life, or of nobody. */
  <T extends @Nullable Object> SimTask<T> start(
      @Nullable Life life, String name, Callable<T> code) {
    var task = new SimTask<>(this, name, code);
    if (over) {
      task.cancel(false);
      return task;
    }
    // A thread is taken only when it is to run: one after another then run on the same hot one.
    simulation.after(Event.of(life, () -> begin(life, task)), delay(life));
    return task;
  }

  private long delay(@Nullable Life life) {
    int usual = random.nextInt(MOST_DELAY_NANOS);
    return life == null ? usual : life.machine().nanos(usual);
  }

  private void begin(@Nullable Life life, SimTask<?> task) {
    var free = idle.pollLast();
    if (free == null) {
      free = new SimThread(this, all.size());
      all.add(free);
      free.start();
    }
    var thread = free;
    thread.task = task;
    thread.life = life;
    thread.permit = false;
    thread.resume = Event.of(life, () -> resume(thread));
    resume(thread);
  }

  /** See {@link io.sennit.core.spi.Runner#park}. */
  void park() {
    if (Thread.currentThread() instanceof SimThread me && me.threads() == this) {
      if (me.permit) {
        me.permit = false;
      } else if (!me.isInterrupted()) {
        me.parked = true;
        me.yieldBaton();
      }
      return;
    }
    if (simulation.isStepping()) {
      throw new IllegalStateException("a loop may not wait: it would stop the world");
    }
    simulation.drive("the test's own thread waits", () -> outerPermit);
    outerPermit = false;
  }

  /** See {@link io.sennit.core.spi.Runner#unpark}. */
  void unpark(Thread thread) {
    if (!(thread instanceof SimThread one) || one.threads() != this) {
      outerPermit = true;
    } else if (one.parked) {
      wake(one);
    } else {
      one.permit = true;
    }
  }

  /** Makes a waiting thread runnable; it runs at a moment of the seed's. */
  void wake(SimThread thread) {
    if (thread.parked && !thread.resume.isScheduled() && !over) {
      simulation.after(thread.resume, delay(thread.life));
    }
  }

  boolean mayBlock() {
    return Thread.currentThread() instanceof SimThread || !simulation.isStepping();
  }

  @Nullable SimThread running() {
    return running;
  }

  private void resume(SimThread thread) {
    thread.parked = false;
    simulation.note(Trace.Kind.THREAD, thread.life, threadNumber(thread), 0);
    run(thread, STUCK_NANOS);
  }

  private static int threadNumber(SimThread thread) {
    var task = thread.task;
    return task == null ? 0 : (int) Trace.hash(task.name);
  }

  private void run(SimThread thread, long stuckNanos) {
    giver = Thread.currentThread();
    running = thread;
    long since = System.nanoTime();
    thread.give();
    boolean interrupted = false;
    for (int spins = 0; running != null; spins++) {
      if (spins < SimThread.SPINS) {
        Thread.onSpinWait();
        continue;
      }
      LockSupport.parkNanos(this, stuckNanos);
      interrupted |= Thread.interrupted();
      if (running != null && System.nanoTime() - since > stuckNanos) {
        var stuck = new IllegalStateException(where(thread) + " waits outside of Runner.park");
        stuck.setStackTrace(thread.getStackTrace());
        throw stuck;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The baton comes back; called by the thread that held it. */
  void giveBack() {
    var to = giver;
    running = null;
    LockSupport.unpark(to);
  }

  /** A task has ended on a thread, which holds the baton still. */
  void finished(SimThread thread) {
    var task = thread.task;
    var failure = task == null ? null : task.failure();
    var life = thread.life;
    // code of no node has a handle by which its failure is asked for
    if (failure != null && life != null && !life.isDead()) {
      if (!(failure instanceof SimulationOver)) {
        simulation.uncaught(failure, task == null ? "" : task.name);
      }
    }
    thread.unwinding = false;
    thread.task = null;
    thread.life = null;
    thread.parked = false;
    idle.addLast(thread);
    giveBack();
  }

  /** A wake-up at a virtual time, for a wait with a limit. */
  Bell bell(Thread thread, long nanos) {
    return new Bell(thread, nanos);
  }

  /** See {@link #bell}. */
  final class Bell {
    private final Event event;
    private boolean rung;

    private Bell(Thread thread, long nanos) {
      event =
          Event.of(
              thread instanceof SimThread t ? t.life : null,
              () -> {
                rung = true;
                unpark(thread);
              });
      simulation.after(event, nanos);
    }

    boolean hasRung() {
      return rung;
    }

    void cancel() {
      simulation.cancel(event);
    }
  }

  /** Where each waiting thread waits, for a report. */
  String waiting() {
    return waiting(_ -> true);
  }

  /** The same for code whose fabric was closed: by now it should have ended. */
  String outliving() {
    return waiting(thread -> thread.life != null && thread.life.isOver());
  }

  private String waiting(Predicate<SimThread> which) {
    var text = new StringBuilder();
    for (var thread : all) {
      if (thread.task != null && which.test(thread)) {
        text.append("  ").append(where(thread)).append(" waits at");
        int shown = 0;
        for (var frame : thread.getStackTrace()) {
          String at = frame.toString();
          if (shown < 4 && !at.contains("io.sennit.sim.") && !at.startsWith("java.base/")) {
            text.append("\n      ").append(at);
            shown++;
          }
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String where(SimThread thread) {
    var task = thread.task;
    var life = thread.life;
    return (life == null ? "" : life.name() + "/") + (task == null ? "idle" : task.name);
  }

  /**
   * Frees the threads of a life that is over. What waits there is unwound with an error: its
   * finally blocks run, and reach nothing, for the loops of that life have ended.
   */
  void free(Life dead) {
    for (var thread : List.copyOf(all)) {
      var task = thread.task;
      if (thread.life == dead && thread.parked && task != null) {
        thread.unwinding = true;
        for (int i = 0; i < MOST_WAITS_AT_END && thread.task == task; i++) {
          run(thread, STUCK_AT_END_NANOS);
        }
      }
    }
  }

  /** Threads there are, whether or not they have something to do. */
  int count() {
    return all.size();
  }

  /** Threads that have something to do. */
  int busy() {
    return all.size() - idle.size();
  }

  /** Ends all threads; those that wait are unwound with an error. */
  void close() {
    over = true;
    for (var thread : all) {
      thread.endIt();
      try {
        for (int i = 0; i < MOST_WAITS_AT_END && !thread.isGone(); i++) {
          run(thread, STUCK_AT_END_NANOS);
        }
      } catch (IllegalStateException e) {
        System.getLogger(Threads.class.getName())
            .log(Level.WARNING, "a thread outlives its simulation: " + thread, e);
        running = null;
      }
    }
  }
}
