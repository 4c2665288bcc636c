package io.sennit.shards.engine;

import io.sennit.shards.MovePhase;
import io.sennit.shards.MoveResult;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One move of a shard, docs/protocol/shards.md §8. On the loop. */
final class Move {
  final long id;
  final Owner owner;
  final Life from;
  final Life to;
  final String token;
  final Consumer<MoveResult> told;
  MovePhase phase = MovePhase.RESERVE;
  long deadline;
  long frozenAt; // when the origin was told to freeze; 0 before
  long count;
  long bytes;
  boolean returning; // it is being taken back
  @Nullable MovePhase failedAt;
  String why = "";

  Move(long id, Owner owner, Life from, Life to, String token, Consumer<MoveResult> told) {
    this.id = id;
    this.owner = owner;
    this.from = from;
    this.to = to;
    this.token = token;
    this.told = told;
  }
}
