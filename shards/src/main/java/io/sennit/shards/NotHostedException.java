package io.sennit.shards;

import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import java.time.Duration;

/** The shard does not run here now: what was asked of it did not run. */
public final class NotHostedException extends RejectedException {
  private static final long serialVersionUID = 1L;

  /** For a shard. */
  public NotHostedException(ShardId shard, String why) {
    super(
        "shard " + shard + " does not run here: " + why,
        new ErrorContext(
            "", "", Duration.ZERO, Outcome.DID_NOT_RUN, "Ask where it runs now, and try there."));
  }
}
