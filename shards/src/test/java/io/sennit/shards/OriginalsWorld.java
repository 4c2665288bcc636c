package io.sennit.shards;

import io.sennit.core.Address;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.shards.engine.Doorway;
import io.sennit.shards.engine.EventPort;
import io.sennit.shards.engine.OrchestratorEngine;
import io.sennit.shards.engine.OrchestratorSettings;
import io.sennit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Sennit orchestrator that original nodes come to, in a simulation. */
public final class OriginalsWorld {
  public final Simulation simulation;
  public final List<MoveResult> results = new ArrayList<>();
  private final Doorway doorway;
  private final OrchestratorEngine engine;
  private final Loop loop;

  public OriginalsWorld(Simulation simulation, int total) {
    this.simulation = simulation;
    var fabric = simulation.node("o");
    this.loop = fabric.loop();
    this.doorway = new Doorway(loop, "rooms");
    var made = new OrchestratorEngine[1];
    loop.execute(
        () ->
            fabric.store(
                loop,
                "node",
                Done.of(
                    store -> {
                      var one =
                          new OrchestratorEngine(
                              loop, OrchestratorSettings.of("rooms", total), store, _ -> {});
                      made[0] = one;
                      one.start(() -> doorway.orchestrator("rooms", one), _ -> {});
                    },
                    _ -> {})));
    loop.execute(
        () ->
            fabric
                .links()
                .listen(loop, at(), EventPort.spec(), doorway, Done.of(_ -> {}, _ -> {})));
    simulation.run(Duration.ofSeconds(1));
    this.engine = made[0];
  }

  public Fabric node(String name) {
    return simulation.node(name);
  }

  public Address at() {
    return Address.of("o", 7447);
  }

  public void run(Duration time) {
    simulation.run(time);
  }

  public ShardsStatus status() {
    return engine.status();
  }

  public String where(int shard) {
    var one = engine.status().shards().get(shard);
    return one.state() + " " + one.node();
  }

  public void start(int shard, String node) {
    ask(() -> engine.startShard(shard, Optional.of(node)));
  }

  public void stop(int shard) {
    ask(() -> engine.stopShard(shard));
  }

  public void move(int shard, String to) {
    ask(() -> engine.move(shard, to, results::add));
  }

  public String log() {
    return engine.decisions().last(50).toString();
  }

  public long refusals() {
    return engine.refusals();
  }

  public long badEvents() {
    return engine.badEvents();
  }

  public long strangers() {
    return doorway.refusals();
  }

  private void ask(Runnable what) {
    var thrown = new RuntimeException[1];
    loop.execute(
        () -> {
          try {
            what.run();
          } catch (RuntimeException e) {
            thrown[0] = e;
          }
        });
    simulation.run(Duration.ofMillis(100));
    if (thrown[0] != null) {
      throw thrown[0];
    }
  }
}
