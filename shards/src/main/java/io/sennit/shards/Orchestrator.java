package io.sennit.shards;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.shards.engine.Doorway;
import io.sennit.shards.engine.OrchestratorEngine;
import io.sennit.shards.engine.OrchestratorSettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Places the shards of one type and moves them; one process of a cluster has it. Any thread. Its
 * journal decides who may run what: without it nothing new is permitted, and nodes go on within
 * their leases.
 */
public final class Orchestrator {
  private final Loop loop;
  private final OrchestratorSettings settings;
  private final List<Doorway> doorways;
  private @Nullable OrchestratorEngine engine; // on the loop
  private volatile boolean ready;

  Orchestrator(Loop loop, OrchestratorSettings settings, List<Doorway> doorways) {
    this.loop = loop;
    this.settings = settings;
    this.doorways = doorways;
  }

  /** The name of the type. */
  public String type() {
    return settings.type();
  }

  /** How many shards there are. */
  public int total() {
    return settings.total();
  }

  /** Whether its journal is open and nodes are taken in. */
  public boolean isReady() {
    return ready;
  }

  /** The journal is open, for the first time or again; on the loop. */
  public void opened(Store journal) {
    end("the journal was opened anew");
    var made = new OrchestratorEngine(loop, settings, journal, why -> end(why.what()));
    engine = made;
    made.start(
        () -> {
          if (engine == made) {
            ready = true;
            doorways.forEach(d -> d.orchestrator(settings.type(), made));
          }
        },
        why -> end(why.what()));
  }

  /** The journal cannot be used for now; on the loop. */
  public void failed(SennitException why) {
    end("the journal failed: " + why.what());
  }

  private void end(String why) {
    var old = engine;
    engine = null;
    ready = false;
    doorways.forEach(d -> d.orchestrator(settings.type(), null));
    if (old != null) {
      old.close(new RejectedException("the orchestrator ends: " + why, ErrorContext.NONE));
    }
  }

  void close() {
    loop.execute(() -> end("its process ends"));
  }

  private <R> CompletableFuture<R> ask(BiConsumer<OrchestratorEngine, CompletableFuture<R>> what) {
    var result = new CompletableFuture<R>();
    loop.execute(
        () -> {
          var now = engine;
          if (now == null || !ready) {
            result.completeExceptionally(
                new RejectedException(
                    "the orchestrator of '" + settings.type() + "' is not ready",
                    ErrorContext.advice("Its journal is not open; see its health.")));
            return;
          }
          try {
            what.accept(now, result);
          } catch (SennitException e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private CompletableFuture<Boolean> order(Consumer<OrchestratorEngine> what) {
    return ask(
        (now, result) -> {
          what.accept(now);
          result.complete(true);
        });
  }

  /** How all stands. */
  public CompletableFuture<ShardsStatus> status() {
    return ask((now, result) -> result.complete(now.status()));
  }

  /**
   * Moves a shard with its state to a node; the future ends when the move has ended, and fails if
   * it could not begin.
   */
  public CompletableFuture<MoveResult> migrate(int shard, String node) {
    return ask((now, result) -> now.move(shard, node, result::complete));
  }

  /** Lets a stopped shard run again, at a node or wherever there is room. */
  public CompletableFuture<Boolean> start(int shard, Optional<String> node) {
    return order(now -> now.startShard(shard, node));
  }

  /** Stops a shard until it is started again. */
  public CompletableFuture<Boolean> stop(int shard) {
    return order(now -> now.stopShard(shard));
  }

  /** Gives a node nothing new, or lifts that; it outlives the process. */
  public CompletableFuture<Boolean> cordon(String node, boolean on) {
    return order(now -> now.cordon(node, on));
  }

  /** Begins to move all shards away from a node. */
  public CompletableFuture<Boolean> drain(String node) {
    return order(now -> now.drain(node));
  }

  /** Begins to move shards from full nodes to empty ones, until they differ by one at most. */
  public CompletableFuture<Boolean> rebalance() {
    return order(OrchestratorEngine::rebalance);
  }

  /** The last decisions, oldest first; some thousands are kept. */
  public CompletableFuture<List<ShardDecision>> log(int most) {
    return ask((now, result) -> result.complete(now.decisions().last(most)));
  }

  /** Tells of each decision, on the orchestrator's loop, until the answer is run there again. */
  public CompletableFuture<Runnable> watch(Consumer<ShardDecision> told) {
    return ask(
        (now, result) -> {
          var end = now.decisions().listen(told);
          result.complete(() -> loop.execute(end));
        });
  }

  /** Evidence that a life of a process has ended is as good as a lapsed lease. */
  public void died(String incarnation) {
    loop.execute(
        () -> {
          var now = engine;
          if (now != null) {
            now.died(incarnation);
          }
        });
  }
}
