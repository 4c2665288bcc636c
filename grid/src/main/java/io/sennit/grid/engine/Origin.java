package io.sennit.grid.engine;

import io.sennit.core.Incarnation;
import java.util.Optional;

/**
 * How a connection came about, which decides what becomes of it beside another.
 *
 * @param dialed whether this side dialed
 * @param id what both sides call it, empty towards peers that do not say
 * @param life the peer's incarnation, if it is proven
 * @param lost the id of the connection to this side that the dialing peer has lost, if it says
 */
record Origin(boolean dialed, String id, Optional<Incarnation> life, String lost) {

  /** Whether the peer dialed because it had lost another connection, so that one is dead. */
  boolean followsLossOf(Origin other) {
    return !lost.isEmpty() && lost.equals(other.id);
  }

  /** Whether it is of a later life of the peer than another. */
  boolean isLaterLifeThan(Origin other) {
    return life.isPresent() && other.life.isPresent() && life.get().isAfter(other.life.get());
  }
}
