package io.sennit.mesh.engine;

import io.sennit.mesh.wire.Frame;
import java.util.ArrayList;
import java.util.List;

/** A packet that waits for its acknowledgement, and what was in it. */
final class Sent {
  final long number;
  final long at;
  final List<Piece> pieces = new ArrayList<>(2);
  final List<Frame> control = new ArrayList<>(1);
  int bytes;
  boolean pathProbe;
  boolean demanding;

  Sent(long number, long at) {
    this.number = number;
    this.at = at;
  }

  /** A part of a message, or all of it. */
  static final class Piece {
    final OutMessage message;
    final int offset;
    final int length;
    long latest = -1; // the packet it was last in; -1 while it waits to be sent again

    Piece(OutMessage message, int offset, int length) {
      this.message = message;
      this.offset = offset;
      this.length = length;
    }

    boolean isDone() {
      return message.isAcked(offset, length);
    }
  }
}
