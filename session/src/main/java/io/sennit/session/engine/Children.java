package io.sennit.session.engine;

import io.sennit.core.SennitException;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SessionReason;
import io.sennit.session.routing.RoutingTable;
import io.sennit.session.wire.RoutingHandshake;
import io.sennit.session.wire.SessionFrame.Open;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The relays of a session to the nodes below it: set up side by side when they are first needed,
 * replaced when they break. A connection that broke is dialed again once, at once; a node that does
 * not come back is left out, its heir takes its place with all that were behind it, and it is tried
 * again a few times, later and later.
 */
final class Children {
  private static final int MOST_PROBES = 3;
  private static final long REDIAL_NANOS = 2_000_000_000L;

  /** Why a node was left out. */
  record Failure(SessionReason reason, String text) {}

  private final Session session;
  private final RoutingTable table;
  private final LinkedHashMap<OverlayAddress, Relay> relays = new LinkedHashMap<>();
  private final LinkedHashSet<OverlayAddress> members = new LinkedHashSet<>(); // were asked once
  private final LinkedHashMap<OverlayAddress, Failure> failures = new LinkedHashMap<>();
  private final LinkedHashMap<OverlayAddress, Long> redialed = new LinkedHashMap<>();
  private final LinkedHashMap<OverlayAddress, Integer> probes = new LinkedHashMap<>();
  private final List<Alarm> alarms = new ArrayList<>();
  private boolean repaired;

  Children(Session session, RoutingTable table) {
    this.session = session;
    this.table = table;
  }

  RoutingTable table() {
    return table;
  }

  Collection<Relay> relays() {
    return relays.values();
  }

  Failure failure(OverlayAddress address) {
    return failures.getOrDefault(
        address, new Failure(SessionReason.UNREACHABLE, RoutingTable.UNREACHABLE));
  }

  /** This node took the place of another: all that lie below it are opened at once. */
  void takeOver(RoutingHandshake place) {
    repaired = true;
    table.expect(place.addresses(), place.height());
    for (var address : List.copyOf(table.expected())) {
      if (table.expected().contains(address)) {
        table.route(address);
        relay(address);
      }
    }
  }

  /** The relay to a branch; opened if there is none. */
  Relay relay(OverlayAddress hop) {
    var relay = relays.get(hop);
    if (relay != null) {
      return relay;
    }
    var engine = session.engine();
    long left = session.deadline() - engine.now();
    try {
      var line = engine.lines().to(hop.place());
      var ask =
          new Open(
              line.nextRelay(),
              session.uri(),
              session.id(),
              session.me(),
              session.fanOut(),
              table.handshakeFor(hop),
              repaired || members.contains(hop),
              Math.max(0, (engine.now() - session.began()) / 1_000),
              Math.max(0, left / 1_000));
      relay =
          Relay.below(session, line, hop, ask, Math.min(left, session.settings().open().toNanos()));
    } catch (SennitException e) {
      throw new IllegalArgumentException("addresses are checked when a session is opened", e);
    }
    relays.put(hop, relay);
    return relay;
  }

  void opened(Relay relay) {
    members.add(relay.distant());
    if (failures.remove(relay.distant()) != null) {
      session.news(relay.distant(), SessionReason.OK, "");
    }
  }

  /** A relay broke. The parts on it are routed anew when this returns. */
  void lost(Relay relay, boolean wasOpen, Relay.Loss how, SessionReason reason, String text) {
    var hop = relay.distant();
    if (!relays.remove(hop, relay)) {
      return;
    }
    if (relay.wasAsked()) {
      members.add(hop); // it may be in the session, though it could not say so
    }
    long now = session.engine().now();
    var before = redialed.get(hop);
    if (how == Relay.Loss.BROKEN && (before == null || now - before > REDIAL_NANOS)) {
      redialed.put(hop, now);
      relay(hop);
      return;
    }
    boolean forGood =
        switch (reason) {
          case GONE, RESTARTED, UNKNOWN_RPC, CLOSED, ORPHANED, DEADLINE, LEFT -> true;
          default -> false;
        };
    failures.put(hop, new Failure(reason, text));
    var heir = table.onFailure(hop);
    session.news(hop, reason, text);
    if (heir.isPresent() && (wasOpen || repaired || members.contains(hop))) {
      repair(heir.get());
    }
    if (!forGood && members.contains(hop)) {
      probeLater(hop);
    }
  }

  private void repair(OverlayAddress heir) {
    if (session.settings().has(SessionSettings.Planted.NO_REPAIR)) {
      return;
    }
    repaired = true; // what is behind it may know this session already
    relay(heir);
  }

  private void probeLater(OverlayAddress hop) {
    int tried = probes.merge(hop, 1, Integer::sum);
    if (tried > MOST_PROBES) {
      return;
    }
    var alarm = new Alarm(session.engine().wheel(), () -> probe(hop));
    alarms.add(alarm);
    alarm.arm(session.settings().quarantine().toNanos() << (tried - 1));
  }

  private void probe(OverlayAddress hop) {
    if (table.forgive(hop)) {
      table.route(hop);
      relay(hop);
    }
  }

  void close(SessionReason reason, String text) {
    alarms.forEach(Alarm::cancel);
    var all = List.copyOf(relays.values());
    relays.clear();
    if (!session.settings().has(SessionSettings.Planted.END_UNTOLD)) {
      all.forEach(relay -> relay.close(reason, text));
    }
  }
}
