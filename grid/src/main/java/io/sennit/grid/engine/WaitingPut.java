package io.sennit.grid.engine;

import io.sennit.core.SennitException;
import org.jspecify.annotations.Nullable;

/** An item of a thread that waits until it goes out, behind those of callers who do not wait. */
final class WaitingPut extends AsyncPut {
  private @Nullable SennitException why;
  private volatile boolean over;
  private volatile boolean givenUp;
  private final Mux mux;

  WaitingPut(Mux mux, byte[] item) {
    super(mux, item);
    this.mux = mux;
  }

  /** Waits; the item does not go out if the thread is interrupted first. */
  void await(StreamHandoff handoff) throws InterruptedException {
    try {
      handoff.await(() -> over);
    } catch (InterruptedException e) {
      givenUp = true;
      throw e;
    }
    var failure = why;
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  protected boolean isGivenUp() {
    return givenUp;
  }

  @Override
  protected void sent() {
    over = true;
    mux.handoff().wake();
  }

  @Override
  protected void failed(SennitException failure) {
    why = failure;
    over = true;
    mux.handoff().wake();
  }
}
