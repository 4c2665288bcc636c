package io.sennit.grid.engine;

/** A message with a payload that may wait in a lane, and travel in parts when it is large. */
interface Sendable {
  /** Whether it still makes sense to send it. */
  boolean wanted();

  /** All of its payload. */
  byte[] payload();

  /** What it took from the queue's budget. */
  long cost();

  /** The call or stream it belongs to. */
  long mux();

  /** The op its parts travel under. */
  int partOp();

  /** Writes the message, or what is left of it. */
  void write(Outlet out, int from, int flags);

  /** Tells the peer that the parts sent so far lead to nothing. */
  void abandon(Outlet out);
}
