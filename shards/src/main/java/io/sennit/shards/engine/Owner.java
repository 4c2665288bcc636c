package io.sennit.shards.engine;

import io.sennit.core.codec.Codec;
import org.jspecify.annotations.Nullable;

/**
 * Who may run a shard, as the orchestrator knows it; what of it must outlive the process is its
 * {@link Record}. On the loop. A permit is only ever given when the one before is surely void, or
 * to the same life of the same node.
 */
final class Owner {
  /**
   * What the journal keeps, docs/protocol/shards.md §7.4.
   *
   * @param epoch of the newest permit, which was given after this was durable
   * @param holder the life it was given to; empty text: nobody yet
   * @param held whether that permit may still hold
   * @param wanted whether the shard shall run
   */
  record Record(long epoch, String holder, boolean held, boolean wanted) {
    static final Codec<Record> CODEC = Codec.of(Record.class);
  }

  final int shard;
  long epoch;
  String holder = ""; // life key
  boolean held;
  boolean wanted = true;
  boolean running; // the holder said so
  boolean committing; // a permit is being written down
  @Nullable Move move;
  io.sennit.shards.wire.own.Own.@Nullable Grant sent; // what the holder was told, or will be
  long again; // when to tell it again, or to try anew
  int failures;
  boolean releasing; // it was told to stop

  Owner(int shard) {
    this.shard = shard;
  }

  Record record() {
    return new Record(epoch, holder, held, wanted);
  }
}
