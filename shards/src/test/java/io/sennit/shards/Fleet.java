package io.sennit.shards;

import io.sennit.core.Address;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.shards.CountingCode.Numbers;
import io.sennit.shards.engine.Doorway;
import io.sennit.shards.engine.EventPort;
import io.sennit.shards.engine.NodeEngine;
import io.sennit.shards.engine.NodeSettings;
import io.sennit.shards.engine.OrchestratorEngine;
import io.sennit.shards.engine.OrchestratorSettings;
import io.sennit.shards.engine.ShardCode;
import io.sennit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An orchestrator and nodes in a simulation, with work on every shard and a judge over all. */
final class Fleet {
  static final String TYPE = "rooms";
  static final int PORT = 7447;
  private static final long WORK = Duration.ofMillis(40).toNanos();

  final Simulation simulation;
  final Judge judge = new Judge();
  final OrchestratorSettings settings;
  final List<String> names = new ArrayList<>();
  final Map<String, NodeEngine> nodes = new LinkedHashMap<>();
  final List<MoveResult> results = new ArrayList<>();
  private final SplittableRandom random;
  private final BiFunction<String, Judge, ShardCode> code;
  private final Map<String, UnaryOperator<Fabric>> wraps = new HashMap<>();
  private final Map<String, Integer> lives = new HashMap<>();
  @Nullable OrchestratorEngine orchestrator;
  @Nullable Loop orchestratorLoop;
  private long next;
  long refusedMoves;

  Fleet(Simulation simulation, int total, BiFunction<String, Judge, ShardCode> code) {
    this(
        simulation,
        OrchestratorSettings.of(TYPE, total)
            .withLeases(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(300)),
        code);
  }

  Fleet(
      Simulation simulation,
      OrchestratorSettings settings,
      BiFunction<String, Judge, ShardCode> code) {
    this.simulation = simulation;
    this.settings = settings;
    this.code = code;
    this.random = new SplittableRandom(simulation.seed());
  }

  /** The orchestrator, which runs. */
  OrchestratorEngine engine() {
    return java.util.Objects.requireNonNull(orchestrator, "the orchestrator");
  }

  /** Something between a node's engine and its fabric. */
  void wrap(String node, UnaryOperator<Fabric> with) {
    wraps.put(node, with);
  }

  void begin(int count) {
    simulation.boot("o", fabric -> fabric.loop().execute(() -> orchestrate(fabric, fabric.loop())));
    for (int i = 1; i <= count; i++) {
      add("n" + i);
    }
  }

  void add(String name) {
    names.add(name);
    simulation.boot(name, fabric -> host(name, wraps.getOrDefault(name, f -> f).apply(fabric)));
  }

  private void orchestrate(Fabric given, Loop loop) {
    var fabric = wraps.getOrDefault("o", f -> f).apply(given);
    var doorway = new Doorway(loop);
    orchestrator = null;
    orchestratorLoop = loop;
    open(fabric, loop, doorway);
    listen(fabric, loop, "o", doorway);
  }

  private void listen(Fabric fabric, Loop loop, String name, Doorway doorway) {
    fabric
        .links()
        .listen(
            loop,
            Address.of(name, PORT),
            EventPort.spec(),
            doorway,
            Done.of(
                _ -> {},
                _ ->
                    loop.timer(() -> listen(fabric, loop, name, doorway))
                        .arm(Duration.ofMillis(200).toNanos())));
  }

  private void open(Fabric fabric, Loop loop, Doorway doorway) {
    fabric.store(
        loop,
        "node",
        Done.of(
            store -> run(fabric, loop, doorway, store), _ -> again(fabric, loop, doorway, null)));
  }

  private void again(Fabric fabric, Loop loop, Doorway doorway, @Nullable Store old) {
    orchestrator = null;
    doorway.orchestrator(TYPE, null);
    if (old != null) {
      old.close();
    }
    loop.timer(() -> open(fabric, loop, doorway)).arm(Duration.ofMillis(200).toNanos());
  }

  private void run(Fabric fabric, Loop loop, Doorway doorway, Store store) {
    var engine =
        new OrchestratorEngine(
            loop, settings, store.view(TYPE), _ -> again(fabric, loop, doorway, store));
    engine.start(
        () -> {
          orchestrator = engine;
          doorway.orchestrator(TYPE, engine);
        },
        _ -> again(fabric, loop, doorway, store));
  }

  private void host(String name, Fabric fabric) {
    int life = lives.merge(name, 1, Integer::sum);
    var loop = fabric.loop();
    loop.execute(
        () -> {
          var doorway = new Doorway(loop);
          var engine =
              new NodeEngine(
                  loop,
                  fabric.runner(),
                  fabric.links(),
                  NodeSettings.of(
                      TYPE,
                      settings.total(),
                      name,
                      life + "-" + Long.toHexString(loop.secrets().nextLong()),
                      Address.of(name, PORT).toString(),
                      Address.of("o", PORT)),
                  code.apply(name, judge));
          doorway.node(TYPE, engine);
          listen(fabric, loop, name, doorway);
          nodes.put(name, engine);
          judge.watch(name, engine::permit);
          engine.start();
          work(name, loop, engine);
        });
  }

  /** Every shard that runs here does something now and then. */
  private void work(String name, Loop loop, NodeEngine engine) {
    for (int shard = 0; shard < settings.total(); shard++) {
      if (engine.permit(shard) != null) {
        engine.submit(shard, 8, (state, permit) -> act(name, (Numbers) state, permit), _ -> {});
      }
    }
    loop.timer(() -> work(name, loop, engine)).arm(WORK);
  }

  private void act(String name, Numbers numbers, ShardPermit permit) {
    permit.check();
    judge.acts(name, permit);
    numbers.list.add(++next);
  }

  /** Orders a move that may or may not be possible. */
  void moveSomething() {
    var loop = orchestratorLoop;
    if (loop == null) {
      return;
    }
    int shard = random.nextInt(settings.total());
    var to = names.get(random.nextInt(names.size()));
    loop.execute(
        () -> {
          var engine = orchestrator;
          if (engine != null) {
            try {
              engine.move(shard, to, results::add);
            } catch (io.sennit.core.RejectedException _) {
              refusedMoves++; // it cannot be moved there now, which is no mistake
            }
          }
        });
  }

  /** Lets time pass in small steps, looks at every shard after each, and orders moves. */
  void pass(Duration time, boolean moving) {
    var end = simulation.time().plus(time);
    int step = 0;
    while (simulation.time().compareTo(end) < 0) {
      simulation.run(Duration.ofMillis(20));
      for (int shard = 0; shard < settings.total(); shard++) {
        judge.look(shard);
      }
      judge.check("at " + simulation.time());
      if (moving && step++ % 5 == 0) {
        moveSomething();
      }
    }
  }

  long moved() {
    return results.stream().filter(MoveResult.Moved.class::isInstance).count();
  }

  /** Each shard has exactly one open permit, and the orchestrator knows it. */
  boolean allRun() {
    var engine = orchestrator;
    if (engine == null || engine.status().running() != settings.total()) {
      return false;
    }
    for (int shard = 0; shard < settings.total(); shard++) {
      int s = shard;
      if (nodes.values().stream().filter(n -> n.permit(s) != null).count() != 1) {
        return false;
      }
    }
    return true;
  }

  void until(String what, Duration limit, BooleanSupplier condition) {
    var end = simulation.time().plus(limit);
    while (!condition.getAsBoolean()) {
      if (simulation.time().compareTo(end) > 0) {
        throw new AssertionError(what + ": not within " + limit + "; " + picture());
      }
      pass(Duration.ofMillis(40), false);
    }
  }

  String picture() {
    var engine = orchestrator;
    var text = new StringBuilder();
    if (engine != null) {
      var status = engine.status();
      status.nodes().forEach(n -> text.append('\n').append(n));
      status.shards().stream()
          .filter(s -> !s.state().equals("running"))
          .limit(10)
          .forEach(s -> text.append('\n').append(s));
      engine.decisions().last(40).forEach(d -> text.append('\n').append(d));
    }
    nodes.forEach((name, n) -> text.append('\n').append(name).append(n.holdings()));
    return text.toString();
  }
}
