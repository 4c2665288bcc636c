package io.sennit.session.routing;

import io.sennit.session.OverlayAddress;

/** Where a packet for one destination goes next. */
public sealed interface Route {
  /** Down, to a node below or to the branch that leads there. */
  record Down(OverlayAddress hop) implements Route {}

  /** Up: this table does not know the destination. */
  record Up() implements Route {}

  /** Nowhere. */
  record Unreachable(String why) implements Route {}
}
