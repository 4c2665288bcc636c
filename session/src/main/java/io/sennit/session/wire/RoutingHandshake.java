package io.sennit.session.wire;

import io.sennit.session.OverlayAddress;
import java.util.List;

/**
 * What a node is told when a relay to it is opened: its place in the tree ({@code
 * docs/protocol/session.md} §2).
 *
 * @param height levels that may lie below the node; 1 and less: all below it directly
 * @param addresses who is reached through the node
 */
public record RoutingHandshake(int height, List<OverlayAddress> addresses) {
  /** Copies the list. */
  public RoutingHandshake {
    addresses = List.copyOf(addresses);
  }
}
