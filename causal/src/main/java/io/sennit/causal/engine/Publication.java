package io.sennit.causal.engine;

import io.sennit.causal.Stamp;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.spi.Done;
import java.util.ArrayList;
import java.util.List;

/** An operation on its way through a member: waiting, applied, handed to the disk, durable. */
final class Publication {
  final OpRecord op;
  final List<Done<Stamp>> waiting = new ArrayList<>(1); // its publishers, if it is from here

  Publication(OpRecord op) {
    this.op = op;
  }
}
