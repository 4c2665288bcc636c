package io.sennit.grid.engine;

import io.sennit.grid.Payload;
import io.sennit.grid.wire.Op;

/** An inline handler's answer that has to wait its turn. */
record InlineAnswer(long mux, int seq, int flags, byte[] payload) implements Sendable {
  @Override
  public boolean wanted() {
    return true;
  }

  @Override
  public long cost() {
    return payload.length;
  }

  @Override
  public int partOp() {
    return Op.PART_TO_CLIENT.code();
  }

  @Override
  public void write(Outlet out, int from, int more) {
    out.message(mux, seq, 0, 0, Op.RESPONSE.code(), flags | more, payload, from, null);
  }

  @Override
  public void abandon(Outlet out) {
    out.control(Op.DISCONNECT_CLIENT_MUX.code(), mux, 0, 0, Payload.ABSENT);
  }
}
