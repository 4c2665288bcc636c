package io.sennit.sim;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;

/** What one end does between TCP and the first message: TLS and upgrade, as bytes. */
interface Opener {
  /** Whether it wants bytes yet. */
  boolean isReading();

  /** On the link's loop. */
  void read(byte[] bytes);

  /** Why the link could not be opened if the peer ended it now. */
  default SennitException ended(ErrorContext context) {
    return new DisconnectedException("ended by the peer before it was open", context);
  }
}
