package io.sennit.sim;

import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.Thrown;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/**
 * A loop whose turns are events. When its fabric has closed it retires: tasks given to it still
 * have turns, timers no longer fire. When its process dies, nothing of it happens any more.
 */
final class SimLoop implements Loop {
  private static final int MOST_WAKE_NANOS = 5_000;
  private static final int MOST_TURN_NANOS = 20_000;
  private static final int LONG_TURN = 64; // one turn in so many takes 16 times as long
  private static final int MOST_TASKS = 1024;

  private final Life life;
  private final Simulation simulation;
  private final int number;
  private final SplittableRandom order;
  private final SplittableRandom random;
  private final SecureRandom secrets;
  private final Event turn;

  private final ArrayDeque<Runnable> inputs = new ArrayDeque<>();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ArrayDeque<SimTimer> due = new ArrayDeque<>();
  private final ArrayDeque<Runnable> turnEnd = new ArrayDeque<>();
  private final Set<Runnable> turnEndKnown = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Runnable> flushes = new ArrayList<>();
  private final ConcurrentLinkedQueue<Runnable> foreign = new ConcurrentLinkedQueue<>();
  private long freeAt;
  private long turnNanos;
  private boolean inTurn;
  private boolean retired;
  private boolean stopped;
  private long turns;
  private long failures;

  SimLoop(Life life, int number, SplittableRandom random) {
    this.life = life;
    this.simulation = life.simulation();
    this.number = number;
    this.order = random.split();
    this.random = random.split();
    this.secrets = new SeededSecrets(random.split());
    this.turn = Event.of(life, this::takeTurn);
  }

  Life life() {
    return life;
  }

  /** Input of this loop's next turn: before its tasks. */
  void input(Runnable what) {
    if (!stopped) {
      inputs.addLast(what);
      wake();
    }
  }

  /** Done at the end of this turn, after what engines do then. */
  void flushAtEnd(Runnable what) {
    flushes.add(what);
    wake();
  }

  /** Its fabric is closed: from now on only what is asked of it is answered. */
  void retire() {
    retired = true;
    due.clear();
  }

  /** No turn follows. */
  void stop() {
    stopped = true;
    simulation.cancel(turn);
  }

  boolean isIdle() {
    return inputs.isEmpty() && tasks.isEmpty();
  }

  @Override
  public void execute(Runnable task) {
    if (!simulation.isInside()) {
      // A thread the simulation does not know: taken, but the moment is the machine's choice.
      foreign.add(task);
      simulation.foreignWork(this);
      return;
    }
    if (!stopped) {
      tasks.addLast(task);
      wake();
    }
  }

  void takeForeign() {
    for (var task = foreign.poll(); task != null; task = foreign.poll()) {
      if (!stopped) {
        tasks.addLast(task);
        wake();
      }
    }
  }

  private void wake() {
    if (!turn.isScheduled() && !inTurn && !stopped) {
      long at = Math.max(simulation.now() + order.nextInt(MOST_WAKE_NANOS), freeAt);
      simulation.at(turn, at);
    }
  }

  private void takeTurn() {
    turnNanos = life.clock().nanoTime();
    simulation.note(Trace.Kind.TURN, life, number, (long) inputs.size() << 32 | tasks.size());
    inTurn = true;
    turns++;
    simulation.enter(this);
    try {
      runSome(inputs);
      runSome(tasks);
      runDue();
      runTurnEnd();
    } finally {
      simulation.leave();
      inTurn = false;
      int span = order.nextInt(MOST_TURN_NANOS) + 500;
      long took = order.nextInt(LONG_TURN) == 0 ? 16L * span : span;
      freeAt = simulation.now() + life.machine().nanos(took);
    }
    if (!isIdle() || !due.isEmpty() || !turnEnd.isEmpty() || !flushes.isEmpty()) {
      wake();
    }
  }

  private void runSome(ArrayDeque<Runnable> from) {
    for (int n = Math.min(from.size(), MOST_TASKS); n > 0; n--) {
      var one = from.pollFirst();
      if (one == null || stopped) {
        return;
      }
      run(one);
    }
  }

  private void runDue() {
    for (int n = due.size(); n > 0; n--) {
      var timer = due.pollFirst();
      if (timer != null && timer.isDue && !stopped) {
        timer.isDue = false;
        run(timer.task);
      }
    }
  }

  /** Rounds follow each other while one asks for the next, up to a bound. */
  private void runTurnEnd() {
    for (int round = 0; round < MOST_ROUNDS && !stopped; round++) {
      if (turnEnd.isEmpty() && flushes.isEmpty()) {
        return;
      }
      for (int n = turnEnd.size(); n > 0 && !stopped; n--) {
        var task = turnEnd.removeFirst();
        turnEndKnown.remove(task); // so that it may ask for itself again while it runs
        run(task);
      }
      if (turnEnd.isEmpty()) {
        for (int i = 0; i < flushes.size() && !stopped; i++) {
          run(flushes.get(i));
        }
        flushes.clear();
      }
    }
  }

  /**
   * Runs what may be an engine's; its exceptions are told, and the loop lives on. A broken
   * assertion is no circumstance that a loop has to survive but a wrong program: it fails the run
   * at once.
   */
  private void run(Runnable task) {
    try {
      task.run();
    } catch (AssertionError e) {
      throw e;
    } catch (Throwable t) {
      failures++;
      simulation.uncaught(Thrown.printable(t), toString());
    }
  }

  @Override
  public Stats stats() {
    return new Stats(turns, 0, 0, failures);
  }

  @Override
  public boolean inLoop() {
    return inTurn && simulation.isInTurnOf(this);
  }

  void check() {
    if (!inLoop()) {
      throw new IllegalStateException("not on " + this);
    }
  }

  @Override
  public long nanoTime() {
    return inTurn ? turnNanos : life.clock().nanoTime();
  }

  @Override
  public Instant wallTime() {
    return life.clock().wallTime();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public SecureRandom secrets() {
    return secrets;
  }

  @Override
  public Timer timer(Runnable task) {
    return new SimTimer(task);
  }

  @Override
  public void atTurnEnd(Runnable task) {
    check();
    if (turnEndKnown.add(task)) {
      turnEnd.addLast(task);
    }
  }

  @Override
  public <T> void offload(Callable<T> work, Done<T> done) {
    check();
    if (life.isClosed()) {
      execute(() -> done.failed(life.over()));
      return;
    }
    simulation.after(
        Event.of(life, () -> offloaded(work, done)), order.nextLong(10_000, 1_000_000));
  }

  private <T> void offloaded(Callable<T> work, Done<T> done) {
    T value;
    try {
      value = work.call();
    } catch (SennitException e) {
      execute(() -> done.failed(e));
      return;
    } catch (Exception e) {
      var cause = Thrown.printable(e);
      var failure =
          new StorageException("off-loaded work failed: " + cause, ErrorContext.NONE, cause);
      execute(() -> done.failed(failure));
      return;
    }
    execute(() -> done.ok(value));
  }

  @Override
  public String toString() {
    return life.name() + "#" + number;
  }

  private final class SimTimer implements Timer {
    private final Runnable task;
    private final Event event;
    private boolean isDue;

    SimTimer(Runnable task) {
      this.task = task;
      this.event = Event.of(life, this::ring);
    }

    @Override
    public void arm(long delayNanos) {
      check();
      isDue = false;
      if (!stopped && !retired) {
        simulation.after(event, life.clock().worldNanos(Math.max(0, delayNanos)));
      }
    }

    @Override
    public void cancel() {
      check();
      isDue = false;
      simulation.cancel(event);
    }

    private void ring() {
      if (!stopped && !retired) {
        isDue = true;
        due.addLast(this);
        wake();
      }
    }
  }
}
