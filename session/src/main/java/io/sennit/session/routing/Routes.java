package io.sennit.session.routing;

import io.sennit.session.OverlayAddress;
import io.sennit.session.wire.RoutingPacket;
import java.util.Map;
import java.util.Optional;

/**
 * A packet split by where it goes next.
 *
 * @param down by hop, in the order of the first destination behind it
 * @param up what goes to the parent
 * @param voids destinations that cannot be reached, with the reason of each
 */
public record Routes(
    Map<OverlayAddress, RoutingPacket> down,
    Optional<RoutingPacket> up,
    Map<OverlayAddress, String> voids) {}
