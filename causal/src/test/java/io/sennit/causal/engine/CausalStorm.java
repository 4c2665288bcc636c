package io.sennit.causal.engine;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import io.sennit.sim.Injected;
import io.sennit.sim.NodeExit;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A simulated group in bad weather: members publish, are killed and lose what they did not sync;
 * then all is healed, and within two minutes all must have the same, and nothing durable be lost.
 */
final class CausalStorm {
  /**
   * What a storm is.
   *
   * @param lies whether disks lie about syncs: then a member that lost its power may have lost what
   *     it said was durable, and logs are kept a while so that the others can give it back
   */
  record Plan(
      int nodes,
      int workers,
      int pace,
      Duration time,
      boolean lies,
      Weather weather,
      Set<Defect> defects) {}

  private final Simulation simulation;
  private final Plan plan;
  private final CausalJudge judge;
  private final TreeMap<String, StormMember> lives = new TreeMap<>();
  private final TreeMap<String, ArrayDeque<Integer>> again = new TreeMap<>(); // with ids, unknown
  private final TreeMap<String, Address> addresses = new TreeMap<>();
  private final TreeSet<String> lostPower = new TreeSet<>();
  private @Nullable AssertionError wrong;
  private boolean over;
  private int working;
  private int repeats;
  private final Counts totals = new Counts();
  private long dropped;
  private long cut;

  CausalStorm(Simulation simulation, Plan plan, CausalJudge judge) {
    this.simulation = simulation;
    this.plan = plan;
    this.judge = judge;
    for (int i = 0; i < plan.nodes(); i++) {
      addresses.put("n" + i, Address.of("n" + i, StormMember.PORT));
      again.put("n" + i, new ArrayDeque<>());
    }
  }

  /** Everything that a simulation can do, but for datagrams. */
  static Weather weather(long seed, boolean lies) {
    var random = new SplittableRandom(seed * 31 + 7);
    var weather =
        new Weather.Builder()
            .latency(50 + random.nextInt(1000), random.nextInt(2000))
            .spike(0.005)
            .slice(0.2)
            .links(60 + random.nextInt(200), 20, 20)
            .partitions(15, 15)
            .often(Injected.Kind.HALF_CLOSE, 20)
            .often(Injected.Kind.REFUSED, 15)
            .often(Injected.Kind.SLOW, 15)
            .processes(15, 15 + random.nextInt(30), 15 + random.nextInt(30))
            .lasting(Injected.Kind.KILL, Duration.ofMillis(800))
            .lasting(Injected.Kind.POWER_CUT, Duration.ofMillis(800))
            .lasting(Injected.Kind.PAUSE, Duration.ofSeconds(2))
            .lasting(Injected.Kind.FULL_DISK, Duration.ofSeconds(1))
            .lasting(Injected.Kind.FAILED_DISK, Duration.ofSeconds(1))
            .machines(10, 5, 10)
            .disks(5, 10, lies ? 30 : 0)
            .drift(200);
    return weather.build();
  }

  void run() {
    simulation.onExit(this::exited);
    for (var name : addresses.keySet()) {
      simulation.boot(name, fabric -> live(name, fabric));
    }
    simulation.run(Duration.ofMillis(300));
    simulation.storm(plan.weather(), plan.time());
    check();
    over = true;
    until("workers to end", () -> working == 0);
    simulation.run(Duration.ofMillis(10));
    until("all members to have the same", this::isQuiet);
    var all = lives.values().stream().map(StormMember::applied).toList();
    judge.same(all);
    for (var one : all) {
      for (var node : addresses.keySet()) {
        judge.mustHave(one, node, plan.lies() && lostPower.contains(node));
      }
    }
    lives.values().forEach(life -> collect(life));
    check();
  }

  Counts totals() {
    return totals;
  }

  /** Records cut from logs. */
  long cut() {
    return cut;
  }

  long dropped() {
    return dropped;
  }

  int repeats() {
    return repeats;
  }

  private void collect(StormMember life) {
    var counts = life.engine.counts();
    totals.published += counts.published;
    totals.applied += counts.applied;
    totals.duplicates += counts.duplicates;
    totals.deferred += counts.deferred;
    totals.wants += counts.wants;
    totals.reopened += counts.reopened;
    totals.givenBack += counts.givenBack;
    totals.refused += counts.refused;
    totals.malformed += counts.malformed;
    totals.commits += counts.commits;
    cut += life.engine.index().first();
    dropped += life.engine.deferred().dropped();
  }

  private GroupSettings settings(String name) {
    var settings =
        GroupSettings.of("g", name, addresses)
            .withBounds(64 << 10, 256 << 10, 24 << 10)
            .with(plan.defects().isEmpty() ? EnumSet.noneOf(Defect.class) : plan.defects());
    return settings.withLog(
        1L << 30, Duration.ofHours(1), plan.lies() ? Duration.ofHours(1) : Duration.ZERO);
  }

  /** What each process runs. */
  private void live(String name, Fabric fabric) {
    var life = new StormMember(name, fabric, settings(name), judge, plan.lies(), this::wrong);
    lives.put(name, life);
    life.loop.execute(life::start);
    for (int w = 0; w < plan.workers(); w++) {
      var random = new SplittableRandom(simulation.seed() * 1_000_003 + 101L * w + name.hashCode());
      fabric.runner().start("worker", () -> work(life, random));
    }
  }

  private void wrong(AssertionError e) {
    if (wrong == null) {
      wrong = e;
    }
  }

  private void check() {
    if (wrong != null) {
      throw new AssertionError(wrong.getMessage(), wrong);
    }
    if (!simulation.uncaught().isEmpty()) {
      throw new AssertionError("uncaught", simulation.uncaught().getFirst());
    }
  }

  private void exited(NodeExit exit) {
    var life = lives.remove(exit.node());
    judge.died(exit.node());
    if (exit.how() == NodeExit.How.POWER_CUT) {
      lostPower.add(exit.node());
    }
    if (life != null) {
      collect(life);
      working -= life.workers;
      life.workers = 0;
    }
  }

  private void work(StormMember life, SplittableRandom random) {
    life.workers++;
    working++;
    try {
      while (!over) {
        pause(1 + random.nextInt(plan.pace()));
        publish(life, random);
      }
    } finally {
      if (life.workers > 0) {
        life.workers--;
        working--;
      }
    }
  }

  private void publish(StormMember life, SplittableRandom random) {
    var ended = new CausalJudge.End[1];
    boolean withId = !plan.lies() && random.nextInt(3) == 0;
    var unknown = again.computeIfAbsent(life.name, _ -> new ArrayDeque<>());
    int repeat = withId && !unknown.isEmpty() ? unknown.remove() : -1;
    int size = random.nextInt(20) == 0 ? random.nextInt(20_000) : random.nextInt(200);
    if (repeat >= 0) {
      repeats++;
    }
    life.loop.execute(
        () ->
            life.publish(
                repeat,
                withId,
                size,
                (number, end) -> {
                  ended[0] = end;
                  boolean open = number >= 0 && end == CausalJudge.End.OPEN;
                  if (withId && (open || end == CausalJudge.End.UNKNOWN)) {
                    unknown.add(number);
                  }
                }));
    while (ended[0] == null) {
      pause(1);
    }
  }

  private void pause(int millis) {
    try {
      simulation.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isQuiet() {
    if (lives.size() < plan.nodes()) {
      return false;
    }
    var first = lives.firstEntry().getValue().engine;
    for (var life : lives.values()) {
      var engine = life.engine;
      var running = engine.pipeline();
      boolean rests =
          running != null
              && running.backlog() == 0
              && running.durable().seqs().equals(first.durable().seqs());
      if (!rests) {
        return false;
      }
    }
    return true;
  }

  private void until(String what, BooleanSupplier condition) {
    boolean[] failed = {false};
    simulation.runUntil(
        () -> {
          failed[0] = wrong != null || !simulation.uncaught().isEmpty();
          return failed[0] || condition.getAsBoolean();
        },
        Duration.ofMinutes(2));
    check();
    if (!condition.getAsBoolean()) {
      throw new AssertionError(what + ": not within two minutes; " + states());
    }
  }

  private List<String> states() {
    var states = new ArrayList<String>();
    lives.forEach(
        (name, life) ->
            states.add(
                name
                    + (life.isRunning() ? " has " : " stopped ")
                    + life.engine.durable()
                    + " deferred "
                    + life.engine.deferred().count()
                    + " wants "
                    + life.engine.counts().wants
                    + " behind "
                    + life.engine.behind()
                    + " connected "
                    + life.engine.members().values().stream().filter(Member::isConnected).count()));
    return states;
  }
}
