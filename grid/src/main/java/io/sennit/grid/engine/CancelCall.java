package io.sennit.grid.engine;

import io.sennit.core.SennitException;

/** The caller gives a call up. */
public final class CancelCall extends Work {
  private final ClientCall call;

  /** For one call. */
  public CancelCall(ClientCall call) {
    this.call = call;
  }

  @Override
  void arrived(Channel channel) {
    call.cancel(channel);
  }

  @Override
  void tooLate(Channel channel, SennitException why) {
    // the call has ended with its channel
  }
}
