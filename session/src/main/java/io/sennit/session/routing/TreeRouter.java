package io.sennit.session.routing;

import io.sennit.core.ConfigException;
import io.sennit.session.OverlayAddress;
import io.sennit.session.wire.RoutingHandshake;
import java.util.Collection;
import java.util.List;

/**
 * Makes routing tables of a tree ({@code docs/protocol/session.md} §3). Seed: {@code tree.Router}.
 *
 * @param height levels of players below the initiator's; 1 is <em>flat</em>: the root reaches all
 *     others directly
 * @param fanOut the least number of nodes that a node reaches directly, if there are as many; 1 or
 *     more
 */
public record TreeRouter(int height, int fanOut) {
  /** Three levels, five direct ones: the original's tree. */
  public static final TreeRouter DEFAULT = new TreeRouter(3, 5);

  /** All players directly below the root: the original's default. */
  public static final TreeRouter FLAT = new TreeRouter(1, 5);

  /** Checks the ranges. */
  public TreeRouter {
    if (height < 1 || height > 32) {
      throw new ConfigException("tree.height", String.valueOf(height), "1 to 32");
    }
    if (fanOut < 1 || fanOut > 1 << 17) {
      throw new ConfigException("tree.fan-out", String.valueOf(fanOut), "1 to 131072");
    }
  }

  /** The table of a root: everybody but itself is still to be placed. */
  public RoutingTable root(Collection<OverlayAddress> players, OverlayAddress me) {
    return RoutingTable.of(height, fanOut, players.stream().filter(p -> !p.equals(me)).toList());
  }

  /** The table of an initiator that knows nobody: every packet goes up, to the root. */
  public RoutingTable initiator() {
    return RoutingTable.of(height, fanOut, List.of());
  }

  /** The table of a node that was told its place. Seed: {@code GenerateTableFrom}. */
  public RoutingTable from(RoutingHandshake handshake) {
    return RoutingTable.of(handshake.height(), fanOut, handshake.addresses());
  }

  /**
   * How many nodes a node reaches directly: the least number whose power of the height covers all,
   * and at least the fan-out. The original cuts a root in floating point to an integer, so that a
   * flat network of 8, 16, 18 … nests one of them; here it is whole numbers only.
   *
   * @param nodes below it, 0 or more
   */
  static int degree(int height, int fanOut, int nodes) {
    if (height <= 1) {
      return Math.max(1, nodes);
    }
    int degree = Math.max(1, fanOut);
    while (degree < nodes && !covers(degree, height, nodes)) {
      degree++;
    }
    return degree;
  }

  private static boolean covers(int degree, int height, int nodes) {
    long reached = 1;
    for (int level = 0; level < height; level++) {
      reached *= degree;
      if (reached >= nodes) {
        return true;
      }
    }
    return false;
  }
}
