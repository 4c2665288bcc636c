package io.sennit.grid.engine;

import io.sennit.core.SennitException;

/** A caller's wish for the next item of a stream, who does not wait for it. One use. */
public abstract class AsyncTake extends Work {
  private final Mux mux;

  /** Of a stream; hand it to {@link Mux#take}. */
  protected AsyncTake(Mux mux) {
    this.mux = mux;
  }

  /** Whether nobody wants it any more. Any thread. */
  protected abstract boolean isGivenUp();

  /** The item; on the loop. False if it was given up meanwhile: then the item stays the next. */
  protected abstract boolean came(byte[] item);

  /** There is none, the stream has ended cleanly; on the loop. */
  protected abstract void ended();

  /** There is none and will be none; on the loop. */
  protected abstract void failed(SennitException why);

  @Override
  final void arrived(Channel channel) {
    mux.async().take(this);
  }

  @Override
  final void tooLate(Channel channel, SennitException why) {
    mux.async().take(this); // what came before the end is still there to take
  }
}
