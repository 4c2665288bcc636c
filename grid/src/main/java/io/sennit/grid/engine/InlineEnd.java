package io.sennit.grid.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.grid.InlineOutput;
import io.sennit.grid.InlineStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The end of a stream whose code runs on the loop. Items are handed over as they come; what the
 * code sends is written at once while no lane has anything, else in the stream's turn, so that no
 * queue of its own builds up.
 */
final class InlineEnd implements InlineOutput<byte[]> {
  /** Makes the code, which is told of the rest. */
  @FunctionalInterface
  interface Start {
    InlineStream<byte[]> begin(InlineOutput<byte[]> out) throws Exception;
  }

  private static final Logger LOG = System.getLogger(InlineEnd.class.getName());

  private final Mux mux;
  private @Nullable InlineStream<byte[]> code;
  private long taken; // credit the peer does not have back yet
  private boolean inTurn;
  private int left; // bytes of its turn
  private boolean waits = true; // to be told that it may send
  private boolean ending;
  private Mux.@Nullable Item end; // waits for the credit it costs towards an original peer
  private boolean endTold;
  private boolean over; // nothing more is told

  InlineEnd(Mux mux) {
    this.mux = mux;
  }

  /** Starts the code and tells it what has happened so far. */
  void begin(Start start) {
    try {
      code = start.begin(this);
    } catch (Throwable e) { // whatever happened, the peer is told
      threw(e);
    }
    mux.handoff().onChange(this::changed);
  }

  void item(byte[] payload) {
    var told = code;
    if (over || told == null) {
      return;
    }
    try {
      told.item(payload);
    } catch (Throwable e) {
      threw(e);
      return;
    }
    taken += mux.credit(payload);
    if (taken >= mux.returnAt()) {
      long amount = taken;
      taken = 0;
      mux.returnCredit(amount);
    }
  }

  /** Credit came, or a direction ended. */
  private void changed() {
    sendEnd();
    var told = code;
    if (over || told == null) {
      return;
    }
    var handoff = mux.handoff();
    var why = handoff.failure();
    try {
      if (why != null) {
        over = true;
        told.failed(why);
      } else if (handoff.isEnded() && !endTold) {
        endTold = true;
        told.ended();
      }
    } catch (Throwable e) {
      threw(e);
    }
    mux.rotate();
  }

  /** Whether it waits to send, and may. */
  boolean wantsTurn() {
    return waits && !over && !mux.isGone() && mux.handoff().hasCredit();
  }

  /** Its turn among the streams: so many bytes. */
  void turn(int bytes) {
    var told = code;
    if (told == null) {
      return;
    }
    inTurn = true;
    left = bytes;
    waits = false;
    try {
      told.writable();
    } catch (Throwable e) {
      threw(e);
    } finally {
      inTurn = false;
    }
  }

  @Override
  public void execute(Runnable task) {
    mux.channel().loop().execute(task);
  }

  @Override
  public boolean trySend(byte[] item) {
    requireLoop();
    mux.checkSends();
    mux.channel().checkSize(item.length);
    if (ending) {
      throw new CancelledException(
          "this side has ended its items", ErrorContext.peer(mux.channel().remoteHost()));
    }
    boolean now = inTurn ? left > 0 : mux.channel().outlet().isFree();
    if (!now || !mux.mayWrite() || !mux.handoff().tryTakeCredit(mux.credit(item))) {
      waits = true;
      mux.rotate();
      return false;
    }
    left -= item.length + Mux.ITEM_COST;
    mux.writeNow(item);
    return true;
  }

  @Override
  public void end() {
    requireLoop();
    endWith(mux.newEnd());
  }

  private void endWith(Mux.Item item) {
    if (!ending) {
      ending = true;
      waits = false;
      end = item;
      sendEnd();
    }
  }

  private void sendEnd() {
    var item = end;
    if (item != null && (!mux.endCosts() || mux.handoff().tryTakeCredit(1))) {
      end = null;
      mux.queueNow(item);
    }
  }

  @Override
  public void cancel() {
    requireLoop();
    over = true;
    mux.cancelled(
        new CancelledException(
            "cancelled", ErrorContext.peer(mux.channel().remoteHost()).with(Outcome.UNKNOWN)));
  }

  /** The stream is over by this side's own end: there is nothing to tell. */
  void finished() {
    over = true;
  }

  /** Whose code it was to end well; its peer learns why it did not. */
  private void threw(Throwable e) {
    over = true;
    if (mux.isGone() || ending && mux.endsBySending()) {
      LOG.log(Level.WARNING, "the code of a stream that has ended threw", e);
    } else {
      mux.codeThrew(e);
    }
  }

  /** Ends this side's items with an error's text. */
  void endWith(byte[] text) {
    endWith(mux.newError(text));
  }

  private void requireLoop() {
    if (!mux.channel().loop().inLoop()) {
      throw new IllegalStateException("an inline stream sends on its loop only");
    }
  }
}
