package io.sennit.grid.engine;

import io.sennit.core.SennitException;

/**
 * An item, or the end, of a caller who does not wait for credit; its bytes are reserved in the
 * queue's budget. One use.
 */
public abstract class AsyncPut extends Work {
  private final Mux.Item item;

  /** An item; hand it to {@link Mux#put}. */
  protected AsyncPut(Mux mux, byte[] item) {
    this(mux.newItem(item));
  }

  /** The end of this side's direction; hand it to {@link Mux#put}. */
  protected AsyncPut(Mux mux) {
    this(mux.newEnd());
  }

  AsyncPut(Mux.Item item) {
    this.item = item;
  }

  /** Whether it is not to be sent any more. Any thread. */
  protected abstract boolean isGivenUp();

  /** It goes out, in its turn; on the loop. */
  protected abstract void sent();

  /** It never will; on the loop. */
  protected abstract void failed(SennitException why);

  final Mux.Item item() {
    return item;
  }

  @Override
  final void arrived(Channel channel) {
    item.mux.async().put(this);
  }

  @Override
  final void tooLate(Channel channel, SennitException why) {
    channel.budget().give(item.cost());
    item.mux.putOver(item.cost());
    failed(why);
  }
}
