package io.sennit.session.engine;

import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import io.sennit.session.engine.SessionSettings.Planted;
import io.sennit.session.routing.Route;
import io.sennit.session.routing.RoutingTable;
import io.sennit.session.wire.RoutingHandshake;
import io.sennit.session.wire.SessionFrame;
import io.sennit.session.wire.SessionFrame.Target;
import io.sennit.session.wire.SessionFrame.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in one run of a protocol: parents above it, children below it, messages on their
 * way through it and to it. Lives on the loop of its engine. Seed: {@code session.Session}.
 */
public final class Session {
  private static final int MOST_HOPS = 64;
  private static final int MOST_SOURCES = 1 << 16;
  private static final int MOST_NEWS = 1 << 17;

  private final SessionEngine engine;
  private final String uri;
  private final String id;
  private final OverlayAddress me;
  private final int fanOut;
  private final long began;
  private final long deadline;
  private final Children children;
  private final LinkedHashSet<Relay> parents = new LinkedHashSet<>(); // the newest last
  private final LinkedHashSet<Transit> transits = new LinkedHashSet<>();
  private final List<Part> parked = new ArrayList<>(); // wait for a parent
  private final LinkedHashMap<OverlayAddress, Seen> seen = new LinkedHashMap<>();
  private final LinkedHashMap<OverlayAddress, Long> numbers = new LinkedHashMap<>();
  private final LinkedHashMap<OverlayAddress, Children.Failure> news = new LinkedHashMap<>();
  private final Alarm orphan;
  private final Alarm end;
  private final Alarm pulse; // the initiator's next, or the end of a player's patience
  private long pulses;
  private SessionUser user = new Nobody();
  private long heldBytes;
  private boolean left;
  private boolean over;
  private SessionReason why = SessionReason.OK;
  private String whyText = "";

  Session(
      SessionEngine engine,
      String uri,
      String id,
      OverlayAddress me,
      int fanOut,
      long ageNanos,
      long budgetNanos,
      RoutingTable table) {
    this.engine = engine;
    this.uri = uri;
    this.id = id;
    this.me = me;
    this.fanOut = fanOut;
    this.began = engine.now() - ageNanos;
    this.deadline = engine.now() + budgetNanos;
    this.children = new Children(this, table);
    this.orphan =
        new Alarm(
            engine.wheel(), () -> end(SessionReason.ORPHANED, "no node above came back in time"));
    this.end =
        new Alarm(engine.wheel(), () -> end(SessionReason.DEADLINE, "the session's time is over"));
    end.arm(budgetNanos);
    this.pulse =
        new Alarm(
            engine.wheel(),
            me.initiator()
                ? this::beat
                : () -> end(SessionReason.ORPHANED, "the initiator has not been heard of"));
    pulse.arm(me.initiator() ? settings().orphan().toNanos() / 4 : patience());
  }

  /** Parents that are each other's children may live on: without the initiator they are nothing. */
  private long patience() {
    return 2 * settings().orphan().toNanos();
  }

  private void beat() {
    pulse.arm(settings().orphan().toNanos() / 4);
    passPulse(pulses + 1);
  }

  /** A sign of life of the initiator came from above. */
  void pulsed(long number) {
    if (number > pulses && !over) {
      pulse.arm(patience());
      passPulse(number);
    }
  }

  private void passPulse(long number) {
    pulses = number;
    children.relays().forEach(child -> child.pulse(number));
  }

  /** Takes what comes before there is a user, which cannot be. */
  private static final class Nobody implements SessionUser {
    @Override
    public boolean message(OverlayAddress source, byte[] message) {
      return false;
    }

    @Override
    public void news(OverlayAddress about, SessionReason reason, String text) {}

    @Override
    public void over(SessionReason reason, String text) {}
  }

  /** Says who uses it, before anything can happen. */
  void use(SessionUser by) {
    user = by;
  }

  SessionEngine engine() {
    return engine;
  }

  SessionSettings settings() {
    return engine.settings();
  }

  /** Of the RPC. */
  public String uri() {
    return uri;
  }

  /** The same at all nodes. */
  public String id() {
    return id;
  }

  /** This node, in its role. */
  public OverlayAddress me() {
    return me;
  }

  int fanOut() {
    return fanOut;
  }

  long began() {
    return began;
  }

  long deadline() {
    return deadline;
  }

  Children children() {
    return children;
  }

  /** Nodes above it at the moment. Seed: {@code GetNumParents}. */
  public int parents() {
    return parents.size();
  }

  /** The addresses of the nodes above and directly below, for people. */
  public List<String> neighbours() {
    var all = new ArrayList<String>();
    parents.forEach(p -> all.add("above " + p.distant()));
    children.relays().forEach(c -> all.add("below " + c.distant()));
    return all;
  }

  /** Whether it has ended. */
  public boolean isOver() {
    return over;
  }

  /** Bytes of messages on their way through it. */
  public long heldBytes() {
    return heldBytes;
  }

  int transits() {
    return transits.size();
  }

  // ---- parents

  /** A node above opened a relay. Seed: {@code Listen}. */
  void attach(Relay parent, RoutingHandshake place, boolean repair) {
    var before = List.copyOf(parents);
    parents.add(parent);
    orphan.cancel();
    news.forEach((about, what) -> parent.tell(about, what.reason(), what.text()));
    if (repair) {
      children.takeOver(place);
    } else {
      children.table().expect(place.addresses(), place.height());
    }
    for (var older : before) {
      retry(older.takeParts());
    }
    retry(takeParked());
  }

  private List<Part> takeParked() {
    var waiting = List.copyOf(parked);
    parked.clear();
    return waiting;
  }

  private @Nullable Relay parent() {
    return parents.isEmpty() ? null : last(parents);
  }

  private static Relay last(LinkedHashSet<Relay> relays) {
    return relays.getLast();
  }

  // ---- relays

  void childOpened(Relay relay) {
    children.opened(relay);
    relay.pulse(pulses);
  }

  void relayLost(Relay relay, boolean wasOpen, Relay.Loss how, SessionReason reason, String text) {
    var parts = relay.takeParts();
    if (relay.side() == Relay.Side.BELOW) {
      children.lost(relay, wasOpen, how, reason, text);
    } else {
      parents.remove(relay); // this one only: a parent that came back has another
      boolean forAll = reason == SessionReason.CLOSED || reason == SessionReason.DEADLINE;
      if (forAll || parents.isEmpty() && reason == SessionReason.ORPHANED) {
        end(reason, text);
      } else if (parents.isEmpty() && !over) {
        orphan.arm(settings().orphan().toNanos());
      }
    }
    retry(parts);
  }

  /** What was on a relay that is gone goes another way. */
  private void retry(List<Part> parts) {
    for (var part : parts) {
      var transit = part.transit();
      boolean written = part.isWritten();
      var open = new ArrayList<Integer>();
      for (int index : part.abandon()) {
        if (!transit.isDone(index)) {
          transit.broke(index, written);
          open.add(index);
        }
      }
      if (settings().has(Planted.NO_RETRY) && written) {
        continue;
      }
      route(transit, open);
    }
  }

  // ---- messages

  /** A message that this node sends. */
  public void send(
      Collection<OverlayAddress> to, byte[] message, long withinNanos, Transit.Origin origin) {
    var targets = new ArrayList<Target>();
    for (var address : to) {
      targets.add(new Target(address, numbers.merge(address, 1L, Long::sum)));
    }
    long until = Math.min(deadline, engine.now() + withinNanos);
    begin(new Transit(this, origin, null, me, message, targets, until, MOST_HOPS));
  }

  /** A message that came over a relay. Seed: {@code RecvPacket}. */
  void forwarded(Relay from, SessionFrame.Forward frame) {
    long until = engine.now() + Math.min(deadline - engine.now(), frame.budgetMicros() * 1_000);
    Transit.Origin origin =
        (index, fate, reason, text) -> from.answer(frame.id(), index, fate, reason, text);
    begin(
        new Transit(
            this,
            origin,
            from,
            frame.source(),
            frame.message(),
            frame.targets(),
            until,
            frame.hops()));
  }

  private void begin(Transit transit) {
    var all = new ArrayList<Integer>();
    for (int i = 0; i < transit.size(); i++) {
      all.add(i);
    }
    int bytes = transit.weight();
    if (over) {
      transit.giveUp(why == SessionReason.OK ? SessionReason.CLOSED : why, whyText);
    } else if (transit.message().length > settings().maxMessage()) {
      transit.giveUp(SessionReason.TOO_LARGE, me + " takes " + settings().maxMessage() + " bytes");
    } else if (heldBytes > 0 && heldBytes + bytes > settings().heldBytes()) {
      transit.giveUp(SessionReason.BUSY, me + " holds " + heldBytes + " bytes for others");
    } else {
      heldBytes += bytes;
      transits.add(transit);
      engine.wheel().arm(transit, Math.max(0, transit.deadline() - engine.now()));
      route(transit, all);
    }
  }

  /** All destinations of a message are decided. */
  void over(Transit transit) {
    engine.wheel().cancel(transit);
    if (transits.remove(transit)) {
      heldBytes -= transit.weight();
    }
  }

  private void route(Transit transit, List<Integer> indices) {
    var down = new LinkedHashMap<OverlayAddress, List<Integer>>();
    var up = new ArrayList<Integer>();
    for (int index : indices) {
      if (transit.isDone(index)) {
        continue;
      }
      var to = transit.target(index).address();
      if (over) {
        transit.failed(index, why, whyText);
      } else if (to.equals(me)) {
        deliver(transit, index);
      } else if (transit.hops() <= 0) {
        transit.failed(index, SessionReason.LOOP, "it went through " + MOST_HOPS + " nodes");
      } else {
        switch (children.table().route(to)) {
          case Route.Down(var hop) -> down.computeIfAbsent(hop, _ -> new ArrayList<>()).add(index);
          case Route.Up() -> up.add(index);
          case Route.Unreachable _ -> {
            var failure = children.failure(to);
            transit.failed(index, failure.reason(), "no route to " + to + ": " + failure.text());
          }
        }
      }
    }
    down.forEach((hop, behind) -> children.relay(hop).forward(part(transit, behind)));
    if (!up.isEmpty()) {
      up(transit, up);
    }
  }

  private static Part part(Transit transit, List<Integer> indices) {
    return new Part(transit, indices.stream().mapToInt(i -> i).toArray());
  }

  private void up(Transit transit, List<Integer> indices) {
    var from = transit.from();
    if (me.initiator() || from != null && from.side() == Relay.Side.ABOVE) {
      // nobody above knows better: what came from there would go round
      for (int index : indices) {
        transit.failed(
            index,
            SessionReason.NO_ROUTE,
            "no route to " + transit.target(index).address() + ": it is not in this session");
      }
      return;
    }
    var parent = parent();
    if (parent == null) {
      parked.removeIf(part -> !part.isWanted());
      parked.add(part(transit, indices));
    } else {
      parent.forward(part(transit, indices));
    }
  }

  private void deliver(Transit transit, int index) {
    var source = transit.source();
    long number = transit.target(index).number();
    var known = seen.get(source);
    if (known == null) {
      if (seen.size() >= MOST_SOURCES) {
        transit.failed(index, SessionReason.BUSY, me + " has heard of too many sources");
        return;
      }
      known = new Seen();
      seen.put(source, known);
    }
    var decision =
        settings().has(Planted.NO_DUPLICATE_WINDOW) ? Seen.Decision.NONE : known.look(number);
    switch (decision) {
      case TAKEN -> transit.decide(index, SendFate.DELIVERED, SessionReason.OK, "");
      case REFUSED -> refused(transit, index);
      case FORGOTTEN ->
          transit.decide(
              index, SendFate.UNKNOWN, SessionReason.BUSY, me + " has forgotten this message");
      case NONE -> {
        if (settings().has(Planted.EARLY_ACKNOWLEDGEMENT) && number % 5 == 0) {
          known.take(number);
          transit.decide(index, SendFate.DELIVERED, SessionReason.OK, "");
        } else if (!left && user.message(source, transit.message())) {
          known.take(number);
          transit.decide(index, SendFate.DELIVERED, SessionReason.OK, "");
        } else {
          known.refuse(number);
          refused(transit, index);
        }
      }
    }
  }

  private void refused(Transit transit, int index) {
    if (settings().has(Planted.REFUSED_IS_DELIVERED)) {
      transit.decide(index, SendFate.DELIVERED, SessionReason.OK, "");
    } else if (left) {
      transit.failed(index, SessionReason.LEFT, me + " has left the session");
    } else {
      transit.failed(
          index,
          SessionReason.QUEUE_FULL,
          me + " dropped the packet: queue is at maximum capacity");
    }
  }

  void answered(Relay by, Transit transit, int index, Verdict verdict) {
    boolean parentWent =
        by.side() == Relay.Side.ABOVE
            && (verdict.reason() == SessionReason.ORPHANED
                || verdict.reason() == SessionReason.CLOSED)
            && verdict.fate() != SendFate.DELIVERED
            && parents.size() > 1
            && last(parents) != by;
    if (parentWent) {
      transit.broke(index, verdict.fate() == SendFate.UNKNOWN);
      route(transit, List.of(index));
    } else {
      transit.answered(index, verdict.fate(), verdict.reason(), verdict.text());
    }
  }

  // ---- news

  /** What became of a player; travels up, and is told again to each new parent. */
  void news(OverlayAddress about, SessionReason reason, String text) {
    if (over || news.size() >= MOST_NEWS && !news.containsKey(about)) {
      return;
    }
    news.put(about, new Children.Failure(reason, text));
    if (me.initiator()) {
      user.news(about, reason, text);
    } else {
      var parent = parent();
      if (parent != null) {
        parent.tell(about, reason, text);
      }
    }
  }

  /** The handler has ended: nothing more is taken, but relays go on until the session ends. */
  void left(SessionReason reason, String text) {
    left = true;
    news(me, reason, text);
  }

  // ---- end

  /** Ends it here and below. */
  public void end(SessionReason reason, String text) {
    if (over) {
      return;
    }
    over = true;
    why = reason;
    whyText = text;
    orphan.cancel();
    end.cancel();
    pulse.cancel();
    for (var transit : List.copyOf(transits)) {
      transit.giveUp(reason, text);
    }
    parked.clear();
    children.close(reason, text);
    for (var parent : List.copyOf(parents)) {
      parent.close(reason, text);
    }
    parents.clear();
    engine.ended(this);
    user.over(reason, text);
  }
}
