package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.spi.Membership.Presence;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member as it describes itself, and how sure this node is that it is there. Immutable.
 *
 * <p>seed: Node
 *
 * @param address where its datagrams are received
 * @param host how the grid names it; empty if it has no grid
 * @param publicAddress where clients reach it; empty if nowhere
 * @param incarnation which life of the process it is
 * @param role what it speaks with clients
 * @param type what the application calls it
 * @param zone where it stands; empty if it does not say
 * @param status whether it takes new clients
 * @param presence {@code ALIVE}, or {@code SUSPECT} while it is doubted
 * @param why what speaks against it, one sentence; empty if nothing does
 * @param values what else it says of itself
 * @param self whether it is this node
 */
public record NodeEntry(
    Address address,
    String host,
    String publicAddress,
    Incarnation incarnation,
    String role,
    String type,
    String zone,
    NodeStatus status,
    Presence presence,
    String why,
    Map<String, @Nullable Object> values,
    boolean self) {
  /** Keeps the values as they are now. */
  public NodeEntry {
    values = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(values));
  }
}
