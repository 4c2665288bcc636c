package io.sennit.shards;

import io.sennit.core.spi.Runner;
import io.sennit.shards.engine.Lease;

/**
 * The right to act for a shard, from one grant of the orchestrator. It is checked at use, against
 * the clock: after a pause longer than the lease it is void before any timer has run. Whatever is
 * written elsewhere in the shard's name should carry the {@link #epoch}, a fencing token, so that a
 * receiver can refuse what an older holder still sends. Any thread. docs/protocol/shards.md §7.
 */
public final class ShardPermit {
  private final ShardId shard;
  private final long epoch;
  private final Lease lease;
  private final Runner runner;
  private volatile boolean revoked;

  /** Made by a node when it is granted one. */
  public ShardPermit(ShardId shard, long epoch, Lease lease, Runner runner) {
    this.shard = shard;
    this.epoch = epoch;
    this.lease = lease;
    this.runner = runner;
  }

  /** The shard. */
  public ShardId shard() {
    return shard;
  }

  /** Greater than that of any permit before, wherever it was granted. */
  public long epoch() {
    return epoch;
  }

  /** Whether it holds now. */
  public boolean isValid() {
    return !revoked && lease.isValid(runner.nanoTime());
  }

  /**
   * Insists that it holds; call it before each act that others can see.
   *
   * @throws NotHostedException if it is void
   */
  public void check() {
    if (!isValid()) {
      throw new NotHostedException(
          shard, revoked ? "its permit was withdrawn" : "its lease lapsed");
    }
  }

  /** For the node that holds it: void from now on. */
  public void revoke() {
    revoked = true;
  }

  /** {@code rooms/17 epoch 4}. */
  @Override
  public String toString() {
    return shard + " epoch " + epoch;
  }
}
