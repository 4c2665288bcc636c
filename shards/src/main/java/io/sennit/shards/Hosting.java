package io.sennit.shards;

import io.sennit.core.codec.Codec;
import io.sennit.shards.engine.NodeEngine;
import io.sennit.shards.engine.ShardCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node's part in the shards of a type. Any thread; closing it stops its shards here. */
public final class Hosting<S, E> implements AutoCloseable {
  private final ShardType<S, E> type;
  private final NodeEngine engine;
  private final Consumer<Hosting<S, E>> ended;

  Hosting(ShardType<S, E> type, NodeEngine engine, Consumer<Hosting<S, E>> ended) {
    this.type = type;
    this.engine = engine;
    this.ended = ended;
  }

  /** Work for a shard, on its serial lane and under its permit. */
  public interface Use<S, R extends @Nullable Object> {
    /** Does it; {@code permit} holds when it begins. */
    R on(S shard, ShardPermit permit) throws Exception;
  }

  /** What is hosted. */
  public ShardType<S, E> type() {
    return type;
  }

  /** The permit of a shard, if it runs here now. */
  public Optional<ShardPermit> permit(ShardId shard) {
    return Optional.ofNullable(engine.permit(shard.number()));
  }

  /** Whether the orchestrator has taken this node in, and answers. */
  public boolean isConnected() {
    return engine.isConnected();
  }

  /**
   * Does something with a shard that runs here, after what was asked before. The future fails with
   * a {@link NotHostedException} if the shard does not run here when its turn comes: then nothing
   * of it ran.
   */
  @SuppressWarnings("unchecked") // states of this engine are made by this type's host
  public <R extends @Nullable Object> CompletableFuture<R> use(ShardId shard, Use<S, R> use) {
    var result = new CompletableFuture<R>();
    engine.submit(
        shard.number(),
        0,
        (state, permit) -> {
          try {
            result.complete(use.on((S) state, permit));
          } catch (Exception | Error e) {
            result.completeExceptionally(e);
          }
        },
        result::completeExceptionally);
    return result;
  }

  NodeEngine engine() {
    return engine;
  }

  /** Stops its shards here, without moving them; returns at once. */
  @Override
  public void close() {
    ended.accept(this);
  }

  /** The user's code with its types erased. */
  static <S, E> ShardCode code(ShardType<S, E> type, ShardHost<S, E> host) {
    return new Erased<>(type, host, type.events());
  }

  @SuppressWarnings("unchecked") // states are made by the same host
  private record Erased<S, E>(ShardType<S, E> type, ShardHost<S, E> host, Codec<E> events)
      implements ShardCode {
    @Override
    public Object open(int shard) throws Exception {
      return java.util.Objects.requireNonNull(host.start(type.idOf(shard)), "start gave no state");
    }

    @Override
    public void granted(Object state, ShardPermit permit) throws Exception {
      host.granted((S) state, permit);
    }

    @Override
    public void frozen(Object state) throws Exception {
      host.frozen((S) state);
    }

    @Override
    public void save(Object state, Sink out) throws Exception {
      host.save((S) state, piece -> out.send(events.encode(piece)));
    }

    @Override
    public void load(Object state, byte[] piece) throws Exception {
      host.load((S) state, events.decode(piece));
    }

    @Override
    public void stop(Object state, StopReason why) throws Exception {
      host.stop((S) state, why);
    }
  }
}
