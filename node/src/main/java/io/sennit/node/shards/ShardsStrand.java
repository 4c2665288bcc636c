package io.sennit.node.shards;

import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.death.Verdict;
import io.sennit.core.spi.Store;
import io.sennit.node.ControlProvider;
import io.sennit.node.Health;
import io.sennit.node.RunningStrand;
import io.sennit.node.Setting;
import io.sennit.node.Strand;
import io.sennit.node.StrandContext;
import io.sennit.shards.Orchestrator;
import io.sennit.shards.Shards;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shards as a strand: what a node hosts, and the orchestrators it is configured to be. */
public final class ShardsStrand implements Strand {
  /** Its name. */
  static final String NAME = "shards";

  /** For {@link java.util.ServiceLoader}. */
  public ShardsStrand() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Setting> settings() {
    return ShardsSettings.ALL;
  }

  @Override
  public Set<String> after() {
    return Set.of("grid");
  }

  @Override
  public RunningStrand start(StrandContext context) {
    var config = context.config();
    ShardsSettings.check(config); // of all keys together, which are set one by one
    var shards =
        Shards.start(
            new Shards.Setup(
                context.storeLoop(),
                context.runner(),
                context.links(),
                context.address(),
                context.node(),
                context.incarnation().toString(),
                "",
                config.text(ShardsSettings.ZONE),
                (int) config.count(ShardsSettings.CAPACITY),
                config.address(ShardsSettings.ORCHESTRATOR)));
    config
        .address(ShardsSettings.ORIGINAL_LISTEN)
        .ifPresent(
            at ->
                shards.listenForOriginals(
                    context.fabric().links(), at, config.text(ShardsSettings.ORIGINAL_TYPE)));
    var times = ShardsSettings.times(config);
    ShardsSettings.orchestrated(config)
        .forEach((type, total) -> shards.orchestrate(type, total, times));
    if (!shards.orchestrators().isEmpty()) {
      context.store(new Journals(shards));
    }
    return new Running(shards, listenForDeaths(context, shards));
  }

  private static DeathOracle.@Nullable Listening listenForDeaths(
      StrandContext context, Shards shards) {
    if (shards.orchestrators().isEmpty()) {
      return null;
    }
    return context
        .oracle()
        .listen(
            context.storeLoop(),
            change -> {
              if (change.now() instanceof Verdict.Dead dead) {
                dead.life()
                    .ifPresent(
                        life ->
                            shards.orchestrators().values().forEach(o -> o.died(life.toString())));
              }
            });
  }

  /** One view of the node's store for all orchestrators, each with names of its own in it. */
  private record Journals(Shards shards) implements StrandContext.StoreUser {
    @Override
    public void opened(Store view) {
      for (var orchestrator : shards.orchestrators().values()) {
        orchestrator.opened(view.view(orchestrator.type()));
      }
    }

    @Override
    public void failed(SennitException why) {
      shards.orchestrators().values().forEach(o -> o.failed(why));
    }
  }

  private record Running(Shards face, DeathOracle.@Nullable Listening deaths)
      implements RunningStrand {
    @Override
    public List<ControlProvider> verbs() {
      return ShardsVerbs.of(face);
    }

    @Override
    public Health health() {
      for (var orchestrator : face.orchestrators().values()) {
        if (!orchestrator.isReady()) {
          return Health.down("the journal of '" + orchestrator.type() + "' is not open");
        }
      }
      return face.hosted().stream()
          .filter(h -> !h.isConnected())
          .findFirst()
          .map(h -> Health.degraded("no orchestrator of '" + h.type().name() + "' answers"))
          .orElse(Health.UP);
    }

    /** Its shards move to other nodes, with their state. */
    @Override
    public void drain(Within within) throws InterruptedException {
      if (!face.drain(within)) {
        System.getLogger("io.sennit.node")
            .log(System.Logger.Level.WARNING, "not all shards could be moved away in time");
      }
    }

    @Override
    public void close() {
      if (deaths != null) {
        deaths.close();
      }
      face.close();
    }
  }

  /** The orchestrator a command means: the one of a type, or the only one. */
  static Orchestrator orchestrator(Shards shards, String type) {
    var all = shards.orchestrators();
    var found = type.isEmpty() && all.size() == 1 ? all.values().iterator().next() : all.get(type);
    if (found == null) {
      throw new io.sennit.core.RejectedException(
          type.isEmpty()
              ? "this process places " + (all.isEmpty() ? "no shards" : "several types of shards")
              : "this process does not place shards of '" + type + "'",
          io.sennit.core.ErrorContext.advice(
              all.isEmpty() ? "Ask the orchestrator." : "It places: " + all.keySet() + "."));
    }
    return found;
  }
}
