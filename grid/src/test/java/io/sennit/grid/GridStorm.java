package io.sennit.grid;

import static io.sennit.core.Within.within;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.Incarnation;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.engine.Insides;
import io.sennit.sim.Injected;
import io.sennit.sim.NodeExit;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * A grid in bad weather: every node calls and streams to all others at random while links are cut
 * at arbitrary bytes, processes are killed and come back, nodes are slow and names fail; then the
 * weather heals and all must come to rest. What happens is told to a {@link Judge}, who knows
 * nothing of the engine.
 */
final class GridStorm {
  private static final int PORT = 7_000;
  private static final ClusterKey KEY = ClusterKey.of(new byte[ClusterKey.SIZE]);

  /** What kind of peers they are. */
  enum Kind {
    /** They list each other and speak the original wire. */
    ORIGINAL,
    /** They list each other and speak the extensions. */
    EXTENDED,
    /**
     * They prove a key, are dialed by whoever needs the other first, often by both at once, and
     * forget each other now and then.
     */
    KEYED
  }

  /** How it blows and what is done meanwhile. */
  record Plan(int nodes, int workers, int pace, Duration storm, Kind kind, Weather weather) {}

  /** One process of a node; ids of its calls and streams begin with its number. */
  private record Life(long number, Manager manager, GridWork does) {}

  private final Simulation simulation;
  private final Plan plan;
  private final Judge judge;
  private final BiFunction<String, Fabric, Fabric> fabrics;
  private final Map<Integer, Life> lives = new TreeMap<>(); // those of now, by node
  private final List<String> hosts;
  private long numbers;
  private long malformed; // connections of processes that are gone
  private boolean begun;
  private boolean over;
  private int working;
  private int removals;

  GridStorm(
      Simulation simulation, Plan plan, Judge judge, BiFunction<String, Fabric, Fabric> fabrics) {
    this.simulation = simulation;
    this.plan = plan;
    this.judge = judge;
    this.fabrics = fabrics;
    this.hosts =
        IntStream.range(0, plan.nodes()).mapToObj(i -> "http://n" + i + ":" + PORT).toList();
    simulation.onExit(this::exited);
  }

  int removals() {
    return removals;
  }

  void run() {
    for (int i = 0; i < plan.nodes(); i++) {
      int me = i;
      simulation.boot("n" + i, fabric -> live(me, fabrics.apply("n" + me, fabric)));
    }
    simulation.run(this::begin);
    simulation.beginStorm(plan.weather(), plan.storm());
    simulation.run(plan.storm().plusMillis(1));
    over = true;
    // The weather has healed: within a minute every pair must get calls through again.
    simulation.run(this::progress);
    simulation.run(
        () ->
            until(
                "all workers and handlers to end",
                () -> working == 0 && sum(m -> Insides.openThings(m.engine())) == 0));
    simulation.run(
        () ->
            until(
                "all budgets to be given back", () -> sum(m -> Insides.budgets(m.engine())) == 0));
    judge.verdict();
    malformed += sum(Manager::protocolErrors);
    if (malformed > 0) {
      throw new AssertionError(malformed + " connections ended as malformed, by honest peers");
    }
    simulation.run(() -> lives.values().forEach(life -> life.manager().close()));
    simulation.run(Duration.ofSeconds(10));
    if (!simulation.uncaught().isEmpty()) {
      throw new AssertionError("uncaught", simulation.uncaught().getFirst());
    }
  }

  private long sum(ToLongFunction<Manager> what) {
    return lives.values().stream().mapToLong(life -> what.applyAsLong(life.manager())).sum();
  }

  /** Everything that a simulation can do, but for disks, which a grid has none of. */
  static Weather weather(long seed) {
    var random = new SplittableRandom(seed * 31 + 7);
    var weather =
        links(random)
            .with()
            .often(Injected.Kind.HALF_CLOSE, 40)
            .often(Injected.Kind.REFUSED, 20)
            .often(Injected.Kind.SLOW, 20)
            .processes(20, 40 + random.nextInt(80), 10)
            .lasting(Injected.Kind.KILL, Duration.ofMillis(800))
            .lasting(Injected.Kind.POWER_CUT, Duration.ofMillis(800))
            .machines(0, 30, 10)
            .moves(0.2);
    if (random.nextInt(4) == 0) {
      weather.port(4_000_000 + random.nextInt(10_000_000), 100_000);
    }
    if (random.nextInt(4) == 0) {
      weather.gone(20, 1);
    }
    return weather.build();
  }

  /** Links alone. */
  static Weather links(SplittableRandom random) {
    return new Weather.Builder()
        .latency(50 + random.nextInt(1000), random.nextInt(2000))
        .spike(0.005)
        .slice(0.3)
        .links(100 + random.nextInt(400), 20, 20)
        .partitions(10, 10)
        .processes(20, 0, 0)
        .drift(200)
        .build();
  }

  // --- processes

  /** What each process runs. */
  private void live(int me, Fabric fabric) {
    long number = ++numbers;
    var next = new long[] {number << 32};
    var does = new GridWork(judge, simulation::sleep, () -> ++next[0]);
    var builder =
        plan.kind() == Kind.KEYED
            // as kept with a data folder: greater than that of the life before, whatever the clock
            ? Manager.builder().key(KEY).incarnation(new Incarnation(number, number))
            : Manager.builder()
                .auth(io.sennit.grid.testing.TestGrid.DEBUG)
                .extensions(plan.kind() == Kind.EXTENDED);
    var manager =
        builder
            .fabric(fabric)
            .listen(Address.of("n" + me, PORT))
            .ping(Duration.ofSeconds(1))
            .muxPing(Duration.ofSeconds(1))
            .maxMessage(1 << 20)
            .queueBytes(1 << 20)
            .window(64 << 10)
            .received(tight() ? 1 << 20 : 64 << 20, tight() ? 2 << 20 : 256 << 20)
            .gated()
            .start();
    does.serve(manager);
    for (int peer = 0; peer < plan.nodes(); peer++) {
      if (peer != me) {
        to(manager, peer);
      }
    }
    manager.openGate();
    lives.put(me, new Life(number, manager, does));
    for (int w = 0; w < plan.workers(); w++) {
      var random = new SplittableRandom(simulation.seed() * 1_000_003 + number * 101 + w);
      fabric.runner().start("worker", () -> work(me, manager, does, random));
    }
  }

  /** Every third storm leaves little room for what peers send. */
  private boolean tight() {
    return simulation.seed() % 3 == 0;
  }

  private Connection to(Manager manager, int peer) {
    var host = hosts.get(peer);
    return plan.kind() == Kind.KEYED
        ? manager.learn(host)
        : manager.connection(host).orElseGet(() -> manager.add(host));
  }

  /** A killed process can no longer write down how its calls ended. */
  private void exited(NodeExit exit) {
    var life = lives.remove(Integer.parseInt(exit.node().substring(1)));
    if (life != null) {
      judge.orphanedOf(life.number());
      malformed += life.manager().protocolErrors();
    }
  }

  private void begin() {
    until("all processes to be there", () -> lives.size() == plan.nodes());
    for (var life : lives.values()) {
      for (var to : life.manager().connections()) {
        to.waitForConnect(within(Duration.ofSeconds(20)));
      }
    }
    begun = true;
  }

  // --- the callers

  private void work(int me, Manager manager, GridWork does, SplittableRandom random) {
    working++;
    try {
      while (!begun) {
        pause(1 + random.nextInt(plan.pace()));
      }
      while (!over) {
        int peer = (me + 1 + random.nextInt(plan.nodes() - 1)) % plan.nodes();
        if (plan.kind() == Kind.KEYED && random.nextInt(100) == 0) {
          manager.remove(hosts.get(peer));
          removals++;
        }
        var to = to(manager, peer);
        try {
          does.turn(to, random);
        } catch (SennitException e) {
          pause(1 + random.nextInt(50));
        }
        pause(1 + random.nextInt(plan.pace()));
      }
    } finally {
      working--;
    }
  }

  private void pause(int millis) {
    try {
      simulation.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // --- after the storm

  private void progress() {
    long gone = simulation.injected().count(Injected.Kind.GONE);
    until("all processes to be back", () -> lives.size() == plan.nodes() - gone);
    for (var life : lives.values()) {
      for (int peer : lives.keySet()) {
        if (lives.get(peer) != life) {
          var to = to(life.manager(), peer);
          to.waitForConnect(within(Duration.ofSeconds(60)));
          until("a call from " + to + " to pass after the storm", () -> life.does().passes(to));
          until("a stream from " + to + " to end cleanly", () -> life.does().flows(to));
        }
      }
    }
  }

  private void until(String what, BooleanSupplier condition) {
    var end = simulation.time().plus(Duration.ofMinutes(2));
    while (!condition.getAsBoolean()) {
      if (simulation.time().compareTo(end) > 0) {
        throw new AssertionError(
            what
                + ": not within two minutes; workers "
                + working
                + ", open "
                + lives.values().stream()
                    .map(life -> "" + Insides.openThings(life.manager().engine()))
                    .toList()
                + ", budgets "
                + lives.values().stream()
                    .map(life -> "" + Insides.budgets(life.manager().engine()))
                    .toList()
                + judge.openCalls());
      }
      pause(20);
    }
  }
}
