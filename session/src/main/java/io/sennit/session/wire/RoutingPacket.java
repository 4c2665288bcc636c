package io.sennit.session.wire;

import io.sennit.session.OverlayAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A message on its way through the tree ({@code docs/protocol/session.md} §2). Seed: {@code
 * router.Packet}.
 *
 * @param source who sent it
 * @param destinations who shall get it, each once, in the sender's order
 * @param message the application's bytes, opaque on the way; not copied, so nobody may change them
 */
public record RoutingPacket(
    OverlayAddress source, List<OverlayAddress> destinations, byte[] message) {
  /** Copies the list; the caller's own is never rewritten. */
  public RoutingPacket {
    destinations = List.copyOf(destinations);
  }

  /**
   * The copy for one destination, or empty if it is not among them. Seed: {@code Slice}, with
   * {@link #without} for the rest.
   */
  public Optional<RoutingPacket> slice(OverlayAddress destination) {
    return destinations.contains(destination)
        ? Optional.of(new RoutingPacket(source, List.of(destination), message))
        : Optional.empty();
  }

  /** What remains when a destination was cut out, wherever it stood. */
  public RoutingPacket without(OverlayAddress destination) {
    var rest = new ArrayList<>(destinations);
    rest.removeIf(destination::equals);
    return to(rest);
  }

  /** The same message to others. */
  public RoutingPacket to(Collection<OverlayAddress> others) {
    return new RoutingPacket(source, List.copyOf(others), message);
  }
}
