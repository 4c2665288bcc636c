package io.sennit.session.routing;

import io.sennit.session.OverlayAddress;
import io.sennit.session.wire.RoutingHandshake;
import io.sennit.session.wire.RoutingPacket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * One node's level of the tree: who is directly below it, who is behind each of these, who has no
 * place yet, and who has failed. The shape grows with use: a node that is first written to becomes
 * a branch and is given some of those that have no place. Everything happens in the order of the
 * players, so the same calls make the same tree. Seed: {@code router.RoutingTable}.
 */
public final class RoutingTable {
  /** What is said of an address that failed. */
  public static final String UNREACHABLE = "address is unreachable";

  private int height;
  private final int fanOut;
  private final LinkedHashMap<OverlayAddress, LinkedHashSet<OverlayAddress>> branches =
      new LinkedHashMap<>();
  private final LinkedHashMap<OverlayAddress, OverlayAddress> branchOf = new LinkedHashMap<>();
  private final LinkedHashSet<OverlayAddress> expected = new LinkedHashSet<>();
  private final LinkedHashSet<OverlayAddress> offline = new LinkedHashSet<>();
  private int degree;

  private RoutingTable(int height, int fanOut) {
    this.height = height;
    this.fanOut = fanOut;
  }

  /** A table in which all of these are still to be placed; who comes twice counts once. */
  public static RoutingTable of(int height, int fanOut, Collection<OverlayAddress> below) {
    var table = new RoutingTable(height, fanOut);
    table.expected.addAll(below);
    table.degree = TreeRouter.degree(height, fanOut, table.expected.size());
    return table;
  }

  /**
   * The table of an initiator that knows all players: one of them is the root, the others are
   * behind it. When the root fails, the first of the others takes its place.
   */
  public static RoutingTable under(
      OverlayAddress root, Collection<OverlayAddress> others, TreeRouter tree) {
    var table = new RoutingTable(tree.height() + 1, tree.fanOut());
    table.degree = 1;
    var behind = new LinkedHashSet<>(others);
    behind.remove(root);
    table.place(root, behind);
    return table;
  }

  /** Levels that may lie below this node. */
  public int height() {
    return height;
  }

  /** How many nodes this one reaches directly at most, unless nodes are added or fail. */
  public int degree() {
    return degree;
  }

  /** The nodes directly below, in the order in which they became branches. */
  public List<OverlayAddress> branches() {
    return List.copyOf(branches.keySet());
  }

  /** Who is reached through a branch, in order; empty for what is none. */
  public List<OverlayAddress> behind(OverlayAddress branch) {
    var children = branches.get(branch);
    return children == null ? List.of() : List.copyOf(children);
  }

  /** Who has no place yet. */
  public SequencedSet<OverlayAddress> expected() {
    return Collections.unmodifiableSequencedSet(expected);
  }

  /** Who has failed. */
  public SequencedSet<OverlayAddress> offline() {
    return Collections.unmodifiableSequencedSet(offline);
  }

  /** Whether an address is somewhere below this node, failed or not. */
  public boolean knows(OverlayAddress address) {
    return branchOf.containsKey(address) || expected.contains(address) || offline.contains(address);
  }

  /** A packet to send. Seed: {@code Make}. */
  public RoutingPacket make(
      OverlayAddress source, Collection<OverlayAddress> destinations, byte[] message) {
    return new RoutingPacket(source, List.copyOf(new LinkedHashSet<>(destinations)), message);
  }

  /** What a hop is told when a relay to it is opened. Seed: {@code PrepareHandshakeFor}. */
  public RoutingHandshake handshakeFor(OverlayAddress hop) {
    return new RoutingHandshake(Math.max(0, height - 1), behind(hop));
  }

  /** Where one destination is reached; one without a place becomes a branch. */
  public Route route(OverlayAddress destination) {
    if (offline.contains(destination)) {
      return new Route.Unreachable(UNREACHABLE);
    }
    var branch = branchOf.get(destination);
    if (branch != null) {
      return new Route.Down(branch);
    }
    if (expected.remove(destination)) {
      grow(destination);
      return new Route.Down(destination);
    }
    return new Route.Up();
  }

  /** Splits a packet. Seed: {@code Forward}. */
  public Routes forward(RoutingPacket packet) {
    var down = new LinkedHashMap<OverlayAddress, List<OverlayAddress>>();
    var up = new ArrayList<OverlayAddress>();
    var voids = new LinkedHashMap<OverlayAddress, String>();
    for (var destination : packet.destinations()) {
      switch (route(destination)) {
        case Route.Down(var hop) ->
            down.computeIfAbsent(hop, _ -> new ArrayList<>()).add(destination);
        case Route.Up() -> up.add(destination);
        case Route.Unreachable(var why) -> voids.put(destination, why);
      }
    }
    var packets = new LinkedHashMap<OverlayAddress, RoutingPacket>();
    down.forEach((hop, behind) -> packets.put(hop, packet.to(behind)));
    return new Routes(packets, up.isEmpty() ? Optional.empty() : Optional.of(packet.to(up)), voids);
  }

  private void grow(OverlayAddress branch) {
    int free = Math.max(1, degree - branches.size());
    int left = expected.size();
    int share = Math.max(0, Math.ceilDiv(left - free + 1, free));
    var children = new LinkedHashSet<OverlayAddress>();
    var next = expected.iterator();
    while (children.size() < share && next.hasNext()) {
      children.add(next.next());
      next.remove();
    }
    place(branch, children);
  }

  private void place(OverlayAddress branch, LinkedHashSet<OverlayAddress> children) {
    branches.put(branch, children);
    branchOf.put(branch, branch);
    children.forEach(child -> branchOf.put(child, branch));
  }

  /**
   * An address cannot be reached: nothing is sent to it any more. If it was a branch, the first
   * node behind it takes its place with the others behind it. In a flat table too, where the
   * original keeps the address and opens the relay again with the next packet. Seed: {@code
   * OnFailure}.
   *
   * @return who took its place
   */
  public Optional<OverlayAddress> onFailure(OverlayAddress address) {
    if (!knows(address)) {
      return Optional.empty();
    }
    offline.add(address);
    expected.remove(address);
    var children = branches.remove(address);
    var branch = branchOf.remove(address);
    if (children == null) {
      if (branch != null) {
        var siblings = branches.get(branch);
        if (siblings != null) {
          siblings.remove(address);
        }
      }
      return Optional.empty();
    }
    if (children.isEmpty()) {
      return Optional.empty();
    }
    var heir = children.removeFirst();
    place(heir, children);
    return Optional.of(heir);
  }

  /**
   * An address that failed may be tried again: it waits for a place. The original never takes one
   * back.
   *
   * @return false if it had not failed
   */
  public boolean forgive(OverlayAddress address) {
    return offline.remove(address) && expected.add(address);
  }

  /**
   * More nodes lie below this one from now on: it took the place of one that failed. Those it knows
   * stay where they are.
   *
   * @param levels that may lie below it now; the most it was ever told counts
   */
  public void expect(Collection<OverlayAddress> more, int levels) {
    height = Math.max(height, levels);
    for (var address : more) {
      offline.remove(address);
      if (!branchOf.containsKey(address)) {
        expected.add(address);
      }
    }
    degree = Math.max(degree, TreeRouter.degree(height, fanOut, branchOf.size() + expected.size()));
  }
}
