package io.sennit.shards.engine;

import io.sennit.shards.ShardPermit;
import io.sennit.shards.wire.own.Hello.Holding;
import org.jspecify.annotations.Nullable;

/**
 * A shard's state at a node, from its opening to its end. On the loop, but for what is volatile.
 */
final class Hosted {
  final Slot slot;
  Holding holding;
  volatile @Nullable ShardPermit permit;
  long epoch;
  long move;
  boolean suspended; // the lease lapsed, and the user was told
  boolean told; // the orchestrator was told that it runs
  volatile @Nullable Object state; // made and used on the lane
  volatile @Nullable Throwable failure; // of the last step on the lane
  @Nullable ShardPermit active; // the user was told that it runs; on the lane
  @Nullable OutMove out;
  @Nullable InMove in;

  Hosted(Slot slot, Holding holding) {
    this.slot = slot;
    this.holding = holding;
  }

  void revoke() {
    var held = permit;
    if (held != null) {
      held.revoke();
    }
  }
}
