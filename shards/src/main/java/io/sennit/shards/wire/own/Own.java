package io.sennit.shards.wire.own;

import io.sennit.core.codec.Codec;
import io.sennit.shards.wire.EventType;

/** The events of Sennit peers, all under number 30, docs/protocol/shards.md §6. */
public sealed interface Own {
  /** The number of all of them. */
  EventType EVENT = new EventType(30);

  /** The number of a piece of state, whose body is the user's event as it is. */
  EventType PIECE = new EventType(31);

  /** Their bytes. */
  Codec<Own> CODEC = Codec.of(Own.class);

  /** How a permitted shard begins. */
  enum How {
    /** From nothing. */
    START,
    /** From the state that a move has brought. */
    RESUME,
    /** From the state that was frozen for a move which is taken back. */
    THAW
  }

  /** Orchestrator to node: it is not taken in; the link ends soon. */
  record Refused(String why) implements Own {}

  /** Node to orchestrator: it lives, and asks for its lease. */
  record Beat(long number) implements Own {}

  /** Orchestrator to node: the lease runs from when that beat was sent. */
  record BeatTaken(long number) implements Own {}

  /** Orchestrator to node: a permit for a shard. Only ever with a greater epoch than before. */
  record Grant(int shard, long epoch, How how, long move) implements Own {}

  /** Node to orchestrator: the shard runs under that permit, or never will. */
  record Granted(int shard, long epoch, boolean ok, String why) implements Own {}

  /** Orchestrator to node: stop the shard; permits up to that epoch are void. */
  record Release(int shard, long epoch, boolean moved) implements Own {}

  /** Node to orchestrator: nothing of the shard runs under that epoch or an older one. */
  record Released(int shard, long epoch) implements Own {}

  /** Orchestrator to destination: make room for a shard that comes with that token. */
  record Reserve(long move, int shard, String token) implements Own {}

  /** Destination to orchestrator: there is room, or not. */
  record Reserved(long move, boolean ok, String why) implements Own {}

  /** Orchestrator to origin: stop acting for the shard and send its state there. */
  record Freeze(long move, int shard, long epoch, String address, String token) implements Own {}

  /** Origin to orchestrator: the permit is void and no callback runs; the state is kept. */
  record Frozen(long move, int shard, boolean ok, String why) implements Own {}

  /** Origin to orchestrator: all was sent, or could not be. */
  record Sent(long move, long count, long bytes, long hash, boolean ok, String why)
      implements Own {}

  /** Destination to orchestrator: so much has come. */
  record Progress(long move, long count, long bytes) implements Own {}

  /** Destination to orchestrator: all has come, is loaded and verified, or could not be. */
  record Received(long move, long count, long bytes, long hash, boolean ok, String why)
      implements Own {}

  /** Orchestrator to either side of a move: forget its copy of the state. */
  record Drop(long move, int shard) implements Own {}

  /** Node to orchestrator: the copy is gone. */
  record Dropped(long move) implements Own {}

  /** Node to orchestrator: it wants to end; move its shards away. */
  record Leave() implements Own {}

  /** Origin to destination, the first event of a link that carries state. */
  record Begin(String type, long move, int shard, String token) implements Own {}

  /** Origin to destination: all pieces were sent; so many, and their hash. */
  record End(long count, long bytes, long hash) implements Own {}
}
