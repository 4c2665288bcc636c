package io.sennit.grid;

import static io.sennit.core.Within.within;

import io.sennit.core.ClusterKey;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.engine.Insides;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * A grid in bad weather: every node calls and streams to all others at random while links are cut
 * at arbitrary bytes, then the weather heals and all must come to rest. What happens is told to a
 * {@link Judge}, who knows nothing of the engine.
 */
final class GridStorm {
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
  record Plan(int nodes, int workers, int pace, Duration storm, Kind kind) {}

  private static final ClusterKey KEY = ClusterKey.of(new byte[ClusterKey.SIZE]);

  private final Simulation simulation;
  private final Plan plan;
  private final Judge judge;
  private final BiFunction<Simulation, String, Fabric> fabrics;
  private final GridWork does;
  private final List<Manager> managers = new ArrayList<>();
  private long nextId = 1;
  private boolean over;
  private int working;
  private int removals;

  GridStorm(
      Simulation simulation,
      Plan plan,
      Judge judge,
      BiFunction<Simulation, String, Fabric> fabrics) {
    this.simulation = simulation;
    this.plan = plan;
    this.judge = judge;
    this.fabrics = fabrics;
    this.does = new GridWork(judge, simulation::sleep, () -> nextId++);
  }

  long calls() {
    return does.calls();
  }

  int removals() {
    return removals;
  }

  long streams() {
    return does.streams();
  }

  void run() {
    simulation.run(this::begin);
    simulation.beginStorm(weather(simulation.seed()), plan.storm());
    simulation.run(plan.storm().plusMillis(1));
    over = true;
    // The weather has healed: within a minute every pair must get calls through again.
    simulation.run(this::progress);
    simulation.run(
        () ->
            until(
                "all workers and handlers to end",
                () -> working == 0 && managers.stream().allMatch(m -> things(m) == 0)));
    simulation.run(
        () ->
            until(
                "all budgets to be given back",
                () -> managers.stream().allMatch(m -> Insides.budgets(m.engine()) == 0)));
    judge.verdict();
    long malformed = managers.stream().mapToLong(Manager::protocolErrors).sum();
    if (malformed > 0) {
      throw new AssertionError(malformed + " connections ended as malformed, by honest peers");
    }
    simulation.run(() -> managers.forEach(Manager::close));
    simulation.run(Duration.ofSeconds(10));
    if (!simulation.uncaught().isEmpty()) {
      throw new AssertionError("uncaught", simulation.uncaught().getFirst());
    }
  }

  private static int things(Manager m) {
    return Insides.openThings(m.engine());
  }

  static Weather weather(long seed) {
    var random = new SplittableRandom(seed * 31 + 7);
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

  private void begin() {
    for (int i = 0; i < plan.nodes(); i++) {
      var name = "n" + i;
      var fabric = fabrics.apply(simulation, name);
      var builder =
          plan.kind() == Kind.KEYED
              ? Manager.builder().key(KEY)
              : Manager.builder()
                  .auth(io.sennit.grid.testing.TestGrid.DEBUG)
                  .extensions(plan.kind() == Kind.EXTENDED);
      var manager =
          builder
              .fabric(fabric)
              .listen(io.sennit.core.Address.of(name, 0))
              .ping(Duration.ofSeconds(1))
              .muxPing(Duration.ofSeconds(1))
              .maxMessage(1 << 20)
              .queueBytes(1 << 20)
              .window(64 << 10)
              .gated()
              .start();
      managers.add(manager);
      does.serve(manager);
    }
    for (var one : managers) {
      for (var other : managers) {
        if (one != other) {
          if (plan.kind() == Kind.KEYED) {
            one.learn(other.hostName());
          } else {
            one.add(other.hostName());
          }
        }
      }
    }
    managers.forEach(Manager::openGate);
    for (var one : managers) {
      one.connections().forEach(c -> c.waitForConnect(within(Duration.ofSeconds(20))));
    }
    for (int i = 0; i < plan.nodes(); i++) {
      for (int w = 0; w < plan.workers(); w++) {
        int node = i;
        long seed = simulation.seed() * 1_000_003 + i * 101L + w;
        working++;
        simulation
            .node("n" + i)
            .runner()
            .start("worker", () -> work(node, new SplittableRandom(seed)));
      }
    }
  }

  // --- the callers

  private void work(int me, SplittableRandom random) {
    try {
      while (!over) {
        int peer = (me + 1 + random.nextInt(plan.nodes() - 1)) % plan.nodes();
        var host = managers.get(peer).hostName();
        if (plan.kind() == Kind.KEYED && random.nextInt(100) == 0) {
          managers.get(me).remove(host);
          removals++;
        }
        var to =
            plan.kind() == Kind.KEYED
                ? managers.get(me).learn(host)
                : managers.get(me).connection(host).orElseThrow();
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
    for (var one : managers) {
      for (var to : one.connections()) {
        to.waitForConnect(within(Duration.ofSeconds(60)));
        until("a call from " + to + " to pass after the storm", () -> does.passes(to));
      }
    }
  }

  private void until(String what, java.util.function.BooleanSupplier condition) {
    var end = simulation.time().plus(Duration.ofMinutes(2));
    while (!condition.getAsBoolean()) {
      if (simulation.time().compareTo(end) > 0) {
        throw new AssertionError(
            what
                + ": not within two minutes; workers "
                + working
                + ", open "
                + managers.stream().map(m -> "" + things(m)).toList()
                + ", budgets "
                + managers.stream().map(m -> "" + Insides.budgets(m.engine())).toList()
                + judge.openCalls());
      }
      pause(20);
    }
  }
}
