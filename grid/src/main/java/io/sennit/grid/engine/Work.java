package io.sennit.grid.engine;

import io.sennit.core.SennitException;
import io.sennit.core.loop.Wheel;

/** Something a user thread hands to a channel through its outbox; may have a deadline there. */
public abstract class Work extends Wheel.Entry {
  /** It arrived, and the channel stands. On the channel's loop. */
  abstract void arrived(Channel channel);

  /** It arrived, and the channel had ended. On the channel's loop. */
  abstract void tooLate(Channel channel, SennitException why);

  @Override
  protected void expired() {
    throw new IllegalStateException(this + " has no deadline");
  }
}
