package io.sennit.sim;

import io.sennit.core.Thrown;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.FabricListener;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in virtual time. One seed decides the clock, the network, the disks, all randomness and
 * the order of loops and threads, so the same seed and the same code give the same run, event for
 * event: {@link #traceHash} says so.
 *
 * <p>Nothing happens by itself: the thread that calls {@link #run}, {@link #runUntil}, {@link
 * #step} or {@link #call} makes things happen, one at a time. A simulation belongs to that thread
 * and to the threads of user code it starts; only {@code Loop.execute} may be called from others.
 */
public final class Simulation implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Simulation.class.getName());

  private final long seed;
  private final int loopsPerNode;
  private final Duration limit;
  private final FabricListener listener;
  private final Trace trace;
  private final Timeline timeline;
  private final Threads threads;
  private final Network network;
  private final NameBook nameBook = new NameBook(this);
  private final Elections elections;
  private final Faults faults;
  private final Injected injected = new Injected();
  private final Traffic traffic = new Traffic();
  private final Machines machines = new Machines(this);
  private final List<Throwable> uncaught = new ArrayList<>();
  private final List<Consumer<NodeExit>> exitListeners = new ArrayList<>();
  private Weather weather;

  Simulation(SimulationBuilder builder) {
    seed = builder.seed;
    loopsPerNode = builder.loops;
    limit = builder.limit;
    listener = builder.listener;
    weather = builder.weather;
    trace = new Trace(builder.kept);
    threads = new Threads(this, randomness("threads"));
    timeline = new Timeline(randomness("ties"), () -> threads.running() != null);
    network = new Network(this, randomness("network"));
    elections = new Elections(this, randomness("elections"));
    faults = new Faults(this, randomness("faults"));
  }

  /** A calm simulation of two loops a node. */
  public static Simulation of(long seed) {
    return builder(seed).build();
  }

  /** Begins a simulation. */
  public static SimulationBuilder builder(long seed) {
    return new SimulationBuilder(seed);
  }

  /** What decides everything. */
  public long seed() {
    return seed;
  }

  /** The fabric of a node's present life, begun at first use. */
  public Fabric node(String name) {
    return machine(name).life();
  }

  /** The names of all nodes so far, in the order of their first use. */
  public List<String> nodes() {
    return machines.names();
  }

  /**
   * Says what a node runs and starts it: {@code program} runs as user code on a thread of the node,
   * now and again after each restart.
   */
  public void boot(String node, Consumer<Fabric> program) {
    var machine = machine(node);
    machine.boot = program;
    boot(machine, machine.life());
  }

  void boot(Machine machine, Life life) {
    var program = machine.boot;
    if (program != null) {
      life.runner().start("boot " + machine.name, () -> program.accept(life));
    }
  }

  /** Told of each end of a process from now on, as it happens: evidence such as launchers have. */
  public void onExit(Consumer<NodeExit> listener) {
    exitListeners.add(listener);
  }

  /** Does the next thing; false: there is none. */
  public boolean step() {
    return timeline.step();
  }

  /** Lets virtual time go by. */
  public void run(Duration time) {
    timeline.run(time.toNanos());
  }

  /**
   * Goes on until the condition holds, which is asked after each event.
   *
   * @return whether it came to hold within the limit of virtual time
   */
  public boolean runUntil(BooleanSupplier condition, Duration within) {
    return timeline.runUntil(condition, within.toNanos());
  }

  /**
   * Starts user code that belongs to no node: a client, a test's own thread. It may wait as on the
   * real machine.
   */
  public <T extends @Nullable Object> Started<T> start(String name, Callable<T> code) {
    return new Started<>(threads.start(null, name, code));
  }

  /** Starts user code that belongs to no node. */
  public Started<@Nullable Void> start(String name, Runnable code) {
    return this.<@Nullable Void>start(
        name,
        () -> {
          code.run();
          return null;
        });
  }

  /**
   * Runs code that may wait, as user code, and makes things happen until it has ended.
   *
   * @throws AssertionError if all wait for each other, or the limit of virtual time is reached;
   *     says who waits where
   */
  public <T extends @Nullable Object> T call(Callable<T> code) {
    if (Thread.currentThread() instanceof SimThread) {
      throw new IllegalStateException("this is user code already: call it directly");
    }
    var started = start("test", code);
    drive("the test's code waits", started::isDone);
    return started.result();
  }

  /** The same for code without a result. */
  public void run(Runnable code) {
    this.<@Nullable Void>call(
        () -> {
          code.run();
          return null;
        });
  }

  /** Waits for a future as the calling thread: user code parks, the test's own thread drives. */
  public <T extends @Nullable Object> T join(CompletableFuture<T> future) {
    var me = Thread.currentThread();
    future.whenComplete((_, _) -> threads.unpark(me));
    while (!future.isDone()) {
      threads.park();
    }
    try {
      return future.join();
    } catch (CompletionException e) {
      throw Started.rethrown(e.getCause() == null ? e : e.getCause());
    }
  }

  /** Waits in virtual time; the test's own thread drives meanwhile. */
  public void sleep(Duration time) throws InterruptedException {
    if (!(Thread.currentThread() instanceof SimThread)) {
      run(time);
      return;
    }
    var bell = threads.bell(Thread.currentThread(), time.toNanos());
    try {
      while (!bell.hasRung()) {
        threads.park();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      bell.cancel();
    }
  }

  /** Virtual time since the beginning. */
  public Duration time() {
    return Duration.ofNanos(timeline.now());
  }

  /** Events so far. */
  public long events() {
    return timeline.events();
  }

  /** All that happened, in 64 bits: equal for two runs of a seed, in whatever JVM. */
  public long traceHash() {
    return trace.hash();
  }

  /** The last things that happened, a line each: time, node, what, two figures. */
  public String lastEvents() {
    return trace.lastWords(n -> n == 0 ? "-" : machines.nameOf(n));
  }

  /** What can be made to go wrong by hand. */
  public Faults faults() {
    return faults;
  }

  /** What has gone wrong so far. */
  public Injected injected() {
    return injected;
  }

  /** Bytes of links and packets so far. */
  public Traffic traffic() {
    return traffic;
  }

  /** The weather now. */
  public Weather weather() {
    return weather;
  }

  /**
   * Lets a weather blow for a while and then returns at once to a healed network, calm disks and
   * running nodes: what was cut is mended, who was stopped goes on, who was killed is started.
   */
  public void storm(Weather blowing, Duration time) {
    beginStorm(blowing, time);
    run(time.plusNanos(1));
  }

  /** The same without making anything happen yet: for code that runs meanwhile. */
  public void beginStorm(Weather blowing, Duration time) {
    var before = weather;
    weather = blowing;
    long end = now() + time.toNanos();
    new Storm(this, blowing, end, randomness("storm " + now())).begin();
    at(
        Event.of(
            null,
            () -> {
              weather = before;
              faults.healAll();
            }),
        end);
  }

  /** What was thrown on loops and by user code of nodes, and had no one else to go to. */
  public List<Throwable> uncaught() {
    return List.copyOf(uncaught);
  }

  /** User code that still runs though its fabric was closed, and where it waits; empty: none. */
  public String outliving() {
    return threads.outliving();
  }

  /** Ends all threads. The trace stays readable. */
  @Override
  public void close() {
    if (timeline.close()) {
      threads.close();
    }
  }

  // ---- for the parts

  int loopsPerNode() {
    return loopsPerNode;
  }

  long now() {
    return timeline.now();
  }

  Timeline timeline() {
    return timeline;
  }

  FabricListener listener() {
    return listener;
  }

  Threads threads() {
    return threads;
  }

  Network network() {
    return network;
  }

  NameBook nameBook() {
    return nameBook;
  }

  Elections elections() {
    return elections;
  }

  Machines machines() {
    return machines;
  }

  Machine machine(String name) {
    return machines.named(name);
  }

  /** Randomness of its own for a part, so that one part's draws do not move another's. */
  SplittableRandom randomness(String part) {
    return new SplittableRandom(Trace.mix(seed * 0x9e37_79b9_7f4a_7c15L ^ Trace.hash(part)));
  }

  void at(Event event, long when) {
    timeline.at(event, when);
  }

  void after(Event event, long nanos) {
    timeline.after(event, nanos);
  }

  void cancel(Event event) {
    timeline.cancel(event);
  }

  void inject(Injected.Kind kind) {
    injected.add(kind);
  }

  void note(Trace.Kind kind, @Nullable Life life, long a, long b) {
    trace.add(now(), life == null ? 0 : life.number(), kind, a, b);
  }

  void enter(SimLoop loop) {
    timeline.enter(loop);
  }

  void leave() {
    timeline.leave();
  }

  boolean isInTurnOf(SimLoop loop) {
    return timeline.isInTurnOf(loop);
  }

  boolean isStepping() {
    return timeline.isStepping();
  }

  /** Whether the calling thread is the one that may touch anything now. */
  boolean isInside() {
    var running = threads.running();
    return running == null ? timeline.isDriver() : Thread.currentThread() == running;
  }

  void foreignWork(SimLoop loop) {
    timeline.foreignWork(loop);
  }

  void exited(Machine machine, NodeExit.How how) {
    var exit = new NodeExit(machine.name, machine.lives(), time(), how);
    List.copyOf(exitListeners).forEach(listener -> listener.accept(exit));
  }

  void uncaught(Throwable failure, String where) {
    uncaught.add(failure);
    LOG.log(Level.WARNING, "uncaught on " + where + ", seed " + seed, Thrown.printable(failure));
  }

  /** Makes things happen until the condition holds; fails when that cannot be. */
  void drive(String what, BooleanSupplier condition) {
    if (!runUntil(condition, limit)) {
      throw new AssertionError(
          what
              + (timeline.isEmpty() ? " and nothing more can happen" : " for " + limit)
              + "; seed "
              + seed
              + "; who waits:\n"
              + threads.waiting());
    }
  }
}
