package io.sennit.mesh.engine;

import io.sennit.core.Address;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import io.sennit.mesh.wire.Frame;
import io.sennit.mesh.wire.FrameReader;
import io.sennit.mesh.wire.Gossip;
import io.sennit.mesh.wire.MemberRecord;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireReader;
import io.sennit.mesh.wire.WireWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is here (docs/protocol/mesh.md, section 11): SWIM with Lifeguard. Members probe each other,
 * doubt who does not answer, and tell; whoever is doubted refutes it; from time to time two members
 * exchange all they know. On its loop only.
 */
public final class Roster {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long PROBE = SECOND;
  private static final int[] TRIES = {0, 100, 220, 360, 500, 640, 780, 900}; // ms
  private static final int HELPERS_FROM = 4; // of the tries above
  private static final int HELPERS = 3;
  private static final int MOST_HEALTH = 8;
  private static final long GOSSIP = 200 * MILLI;
  private static final int GOSSIP_TO = 3;
  private static final long EXCHANGE = 30 * SECOND;
  private static final long REUNION = 10 * SECOND;
  private static final long TOMBSTONE = 60 * SECOND;
  private static final int MOST_LOST = 256;
  private static final int MOST_MEMBERS = 16_384;
  private static final int ROOM = Packet.SAFE - Packet.SOLO_HEADER - Packet.TAG - 8;
  private static final int MOST_ITEM = 900;

  /** What a roster is part of. */
  public interface Station {
    /** Sends a packet without a session. */
    void solo(Endpoint to, byte[] frames);

    /** Sends all that is known to a member, who answers with what it knows. */
    void exchange(Address with, byte[] items, boolean answer);

    /** The view has changed. */
    void changed(List<Entry> members);

    /** A member joined, came back, changed, is doubted, or is gone. */
    void event(Event event);
  }

  /** How a member stands. */
  public enum State {
    /** Heard of lately. */
    ALIVE,
    /** Doubted; it may still refute that. */
    SUSPECT,
    /** Gone. */
    DEAD,
    /** Said goodbye. */
    LEFT
  }

  /** A member as it stands. */
  public record Entry(MemberRecord member, State state, String why) {}

  /** A change. */
  public record Event(@Nullable Entry before, Entry now) {}

  private static final class Other {
    MemberRecord member;
    State state = State.ALIVE;
    String why = "";
    @Nullable Endpoint endpoint;
    boolean resolving;
    long since;
    long heard;
    final Set<Long> doubters = new LinkedHashSet<>();

    Other(MemberRecord member, long now) {
      this.member = member;
      this.since = now;
      this.heard = now;
    }

    boolean isPresent() {
      return state == State.ALIVE || state == State.SUSPECT;
    }
  }

  private static final class Rumour {
    final byte[] bytes;
    int told;

    Rumour(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private final Loop loop;
  private final Names names;
  private final Station station;
  private final boolean guest;
  private final Map<Long, Other> others = new LinkedHashMap<>();
  private final Map<Long, Rumour> rumours = new LinkedHashMap<>();
  private final ArrayDeque<Long> round = new ArrayDeque<>();
  private final Map<Address, Long> lost = new LinkedHashMap<>();
  private final Map<Long, Relay> relays = new LinkedHashMap<>();
  private final List<Address> seeds;
  private final Loop.Timer probeTimer;
  private final Loop.Timer tryTimer;
  private final Loop.Timer gossipTimer;
  private MemberRecord self;
  private int health;
  private long nextNumber;
  private @Nullable Other probed;
  private long probeNumber;
  private long probeBegun;
  private int probeTry;
  private long nextExchange;
  private long nextReunion;
  private int nextSeed;
  private boolean joined;
  private boolean running;

  /** A probe made for another member. */
  private record Relay(Endpoint asker, long number, long until) {}

  /**
   * Not running yet.
   *
   * @param seeds where other members may be found at first
   */
  public Roster(
      Loop loop,
      Names names,
      Station station,
      MemberRecord self,
      boolean guest,
      List<Address> seeds) {
    this.loop = loop;
    this.names = names;
    this.station = station;
    this.self = self;
    this.guest = guest;
    this.seeds = List.copyOf(seeds);
    probeTimer = loop.timer(this::probeRound);
    tryTimer = loop.timer(this::tryProbe);
    gossipTimer = loop.timer(this::gossip);
    nextNumber = loop.random().nextInt(1 << 20);
  }

  /** Begins to look for others, to probe and to tell. */
  public void start() {
    running = true;
    long now = loop.nanoTime();
    nextExchange = now + EXCHANGE / 2 + loop.random().nextLong(EXCHANGE / 2);
    nextReunion = now;
    probeTimer.arm(loop.random().nextLong(PROBE / 4) + 1);
    publish();
  }

  /** What this member says of itself. */
  public MemberRecord self() {
    return self;
  }

  /** Changes what this member says of itself; all others are told. */
  public void change(MemberRecord next) {
    self = next;
    tell(new Gossip.Alive(self));
    publish();
  }

  /** Whether it has exchanged what it knows with anybody. */
  public boolean hasJoined() {
    return joined;
  }

  /** All members, this one among them, and those gone lately. */
  public List<Entry> entries() {
    var all = new ArrayList<Entry>();
    if (!guest) {
      all.add(new Entry(self, State.ALIVE, ""));
    }
    others.values().forEach(other -> all.add(entry(other)));
    return all;
  }

  private static Entry entry(Other other) {
    return new Entry(other.member, other.state, other.why);
  }

  private int members() {
    return (int) others.values().stream().filter(Other::isPresent).count() + 1;
  }

  // ---- probing

  private void probeRound() {
    if (!running) {
      return;
    }
    long now = loop.nanoTime();
    judgeProbe(now);
    expire(now);
    reunite(now);
    var target = next();
    long gap = PROBE * (1 + health);
    probeTimer.arm(gap - gap / 20 + loop.random().nextLong(gap / 10));
    if (target != null) {
      probed = target;
      probeNumber = nextNumber++;
      probeBegun = now;
      probeTry = 0;
      tryProbe();
    }
  }

  private @Nullable Other next() {
    for (int i = 0; i < 2; i++) {
      while (!round.isEmpty()) {
        var other = others.get(round.poll());
        if (other != null && other.isPresent()) {
          return other;
        }
      }
      var order = new ArrayList<Long>();
      others.forEach(
          (uid, other) -> {
            if (other.isPresent()) {
              order.add(uid);
            }
          });
      for (int k = order.size() - 1; k > 0; k--) {
        java.util.Collections.swap(order, k, loop.random().nextInt(k + 1));
      }
      round.addAll(order);
    }
    return null;
  }

  private void tryProbe() {
    var target = probed;
    if (target == null || !running || target.heard > probeBegun) {
      return;
    }
    var items = new ArrayList<Gossip>();
    items.add(new Gossip.Probe(probeNumber, target.member.uid()));
    if (target.state == State.SUSPECT) {
      items.add(suspect(target)); // so that it can refute at once
    }
    send(target, items);
    if (probeTry >= HELPERS_FROM) {
      var ask = List.<Gossip>of(new Gossip.ProbeFor(probeNumber, target.member.uid()));
      some(HELPERS, target).forEach(helper -> send(helper, ask));
    }
    probeTry++;
    if (probeTry < TRIES.length) {
      long at = probeBegun + TRIES[probeTry] * MILLI * (1 + health);
      tryTimer.arm(Math.max(MILLI, at - loop.nanoTime()));
    }
  }

  private void judgeProbe(long now) {
    var target = probed;
    probed = null;
    if (target == null || !target.isPresent()) {
      return;
    }
    if (target.heard > probeBegun) {
      health = Math.max(0, health - 1);
      return;
    }
    // whoever hears nobody at all is more likely to be the one cut off: it doubts itself first
    long heardOfOthers =
        others.values().stream().filter(o -> o != target && o.heard > probeBegun).count();
    if (heardOfOthers == 0 && members() > 2) {
      health = Math.min(MOST_HEALTH, health + 1);
    }
    doubt(
        target,
        self.uid(),
        now,
        "did not answer a probe for " + (now - probeBegun) / MILLI + " ms");
  }

  private List<Other> some(int count, Other except) {
    var all = new ArrayList<Other>();
    for (var other : others.values()) {
      if (other != except && other.state == State.ALIVE) {
        all.add(other);
      }
    }
    var chosen = new ArrayList<Other>();
    for (int i = 0; i < count && !all.isEmpty(); i++) {
      chosen.add(all.remove(loop.random().nextInt(all.size())));
    }
    return chosen;
  }

  // ---- doubt and death

  private Gossip.Suspect suspect(Other other) {
    return new Gossip.Suspect(
        other.member.uid(), other.member.life(), other.member.refutations(), self.uid());
  }

  private void doubt(Other other, long by, long now, String why) {
    if (other.state == State.ALIVE) {
      var before = entry(other);
      other.state = State.SUSPECT;
      other.since = now;
      other.why = why;
      other.doubters.clear();
      other.doubters.add(by);
      tell(
          new Gossip.Suspect( // in the name of who doubts: passing it on is no doubt of one's own
              other.member.uid(), other.member.life(), other.member.refutations(), by));
      if (by != self.uid()) {
        round.addFirst(other.member.uid()); // looks itself, soon
      }
      station.event(new Event(before, entry(other)));
      publish();
    } else if (other.state == State.SUSPECT
        && other.doubters.size() <= Suspicion.CONFIRMATIONS
        && other.doubters.add(by)) {
      tell(
          new Gossip.Suspect(
              other.member.uid(), other.member.life(), other.member.refutations(), by));
    }
  }

  private void expire(long now) {
    int members = members();
    for (var other : List.copyOf(others.values())) {
      if (other.state == State.SUSPECT) {
        long limit = Suspicion.nanos(PROBE, members, other.doubters.size() - 1);
        if (now - other.since > limit) {
          bury(
              other,
              State.DEAD,
              other.why
                  + "; doubted by "
                  + other.doubters.size()
                  + " for "
                  + (now - other.since) / MILLI
                  + " ms",
              self.uid());
        }
      } else if (!other.isPresent() && now - other.since > TOMBSTONE) {
        others.remove(other.member.uid());
        publish();
      }
    }
    relays.values().removeIf(relay -> now > relay.until());
  }

  private void bury(Other other, State how, String why, long by) {
    if (!other.isPresent()) {
      return;
    }
    var before = entry(other);
    other.state = how;
    other.since = loop.nanoTime();
    other.why = why;
    remember(other.member.address());
    tell(
        new Gossip.Dead(
            other.member.uid(),
            other.member.life(),
            other.member.refutations(),
            by,
            how == State.LEFT));
    station.event(new Event(before, entry(other)));
    publish();
  }

  private void remember(String address) {
    try {
      lost.put(Address.parse(address), loop.nanoTime());
      if (lost.size() > MOST_LOST) {
        lost.remove(lost.keySet().iterator().next());
      }
    } catch (io.sennit.core.ConfigException _) {
      return; // it cannot be asked, so it is not
    }
  }

  /** Evidence from elsewhere that a life at an address is over. */
  public void endOf(Address address, long life, String why) {
    for (var other : List.copyOf(others.values())) {
      if (other.member.life() <= life && other.member.address().equals(address.toString())) {
        bury(other, State.DEAD, why, self.uid());
      }
    }
  }

  // ---- gossip out

  private void tell(Gossip item) {
    var bytes = Gossip.toBytes(List.of(item));
    long about =
        switch (item) {
          case Gossip.Alive alive -> alive.member().uid();
          case Gossip.Suspect one -> one.uid();
          case Gossip.Dead one -> one.uid();
          case Gossip.Ask one -> one.uid();
          default -> throw new IllegalArgumentException(item.toString());
        };
    if (bytes.length > MOST_ITEM && item instanceof Gossip.Alive alive) {
      var member = alive.member();
      bytes =
          Gossip.toBytes(
              List.of(
                  new Gossip.Ask(
                      member.uid(), member.life(), member.refutations(), member.version())));
    }
    rumours.remove(about); // the newest word on a member counts
    rumours.put(about, new Rumour(bytes));
    if (running) {
      gossipTimer.arm(GOSSIP / 4 + loop.random().nextLong(GOSSIP / 4));
    }
  }

  private void gossip() {
    if (rumours.isEmpty() || !running) {
      return;
    }
    var nobody = new Other(self, 0);
    for (var other : some(GOSSIP_TO, nobody)) {
      send(other, List.of());
    }
    if (!rumours.isEmpty()) {
      gossipTimer.arm(GOSSIP);
    }
  }

  /** A packet to a member: these items, and as much gossip as fits. */
  private void send(Other to, List<? extends Gossip> items) {
    var endpoint = to.endpoint;
    if (endpoint == null) {
      resolve(to);
      return;
    }
    send(endpoint, items);
  }

  private void send(Endpoint to, List<? extends Gossip> items) {
    var out = new WireWriter(ROOM);
    items.forEach(item -> item.write(out));
    int limit = (int) Math.ceil(Suspicion.scale(members())) + 2;
    for (var it = rumours.values().iterator(); it.hasNext(); ) {
      var rumour = it.next();
      if (out.length() + rumour.bytes.length <= ROOM) {
        out.bytes(rumour.bytes);
        if (++rumour.told >= limit) {
          it.remove();
        }
      }
    }
    if (out.length() > 0) {
      var frames = new WireWriter(out.length() + 8);
      new Frame.GossipFrame(out.toBytes()).write(frames);
      station.solo(to, frames.toBytes());
    }
  }

  private void resolve(Other other) {
    if (other.resolving) {
      return;
    }
    other.resolving = true;
    names.resolve(
        loop,
        other.member.address(),
        false,
        Done.of(
            all -> {
              other.resolving = false;
              if (other.endpoint == null) {
                other.endpoint = all.getFirst();
              }
            },
            why -> other.resolving = false));
  }

  // ---- gossip in

  /** Frames from a member, without a session. */
  public void received(long uid, Endpoint from, byte[] frames) {
    if (!running) {
      return;
    }
    var other = others.get(uid);
    if (other != null) {
      other.heard = loop.nanoTime();
      other.endpoint = from;
    }
    for (var frame : FrameReader.all(new WireReader(frames))) {
      if (frame instanceof Frame.GossipFrame gossip) {
        for (var item : Gossip.read(gossip.items())) {
          take(item, uid, from);
        }
      }
    }
    other = others.get(uid);
    if (other != null && !other.isPresent()) { // it does not know that it counts as dead
      send(
          from,
          List.of(
              new Gossip.Dead(
                  uid,
                  other.member.life(),
                  other.member.refutations(),
                  self.uid(),
                  other.state == State.LEFT)));
    }
  }

  private void take(Gossip item, long from, @Nullable Endpoint endpoint) {
    switch (item) {
      case Gossip.Probe probe -> {
        if (probe.target() == self.uid() && endpoint != null) {
          send(endpoint, List.of(new Gossip.Here(probe.number(), self.uid())));
        }
      }
      case Gossip.ProbeFor ask -> probeFor(ask, endpoint);
      case Gossip.Here here -> here(here);
      case Gossip.Alive alive -> alive(alive.member());
      case Gossip.Suspect doubt -> suspected(doubt);
      case Gossip.Dead dead -> dead(dead);
      case Gossip.Ask ask -> {
        var known = others.get(ask.uid());
        var teller = others.get(from);
        boolean news =
            known == null
                || ask.life() > known.member.life()
                || ask.version() > known.member.version();
        if (news && ask.uid() != self.uid() && teller != null) {
          exchangeWith(teller.member.address());
        }
      }
    }
  }

  private void probeFor(Gossip.ProbeFor ask, @Nullable Endpoint asker) {
    var target = others.get(ask.target());
    if (target == null || asker == null || relays.size() >= 1024) {
      return;
    }
    long number = nextNumber++;
    relays.put(number, new Relay(asker, ask.number(), loop.nanoTime() + 2 * PROBE));
    send(target, List.of(new Gossip.Probe(number, ask.target())));
  }

  private void here(Gossip.Here here) {
    var relay = relays.remove(here.number());
    if (relay != null) {
      send(relay.asker(), List.of(new Gossip.Here(relay.number(), here.target())));
    }
    var target = probed;
    if (target != null && here.number() == probeNumber && here.target() == target.member.uid()) {
      target.heard = loop.nanoTime();
    }
  }

  private void alive(MemberRecord member) {
    if (member.uid() == self.uid()) {
      if (member.isNewerThan(self)) { // told by others of a version this one never said
        self = self.refuted(member.refutations());
        tell(new Gossip.Alive(self));
      }
      return;
    }
    if (member.address().equals(self.address()) && !guest) {
      return; // an earlier process at this address: this one is the later
    }
    long now = loop.nanoTime();
    var known = others.get(member.uid());
    if (known == null) {
      if (others.size() >= MOST_MEMBERS || isSuperseded(member)) {
        return;
      }
      var other = new Other(member, now);
      others.put(member.uid(), other);
      supersede(member);
      resolve(other);
      lost.entrySet().removeIf(entry -> entry.getKey().toString().equals(member.address()));
      tell(new Gossip.Alive(member));
      station.event(new Event(null, entry(other)));
      publish();
      return;
    }
    if (!member.isNewerThan(known.member)) {
      return;
    }
    boolean revived =
        member.life() > known.member.life() || member.refutations() > known.member.refutations();
    if (!known.isPresent() && !revived) {
      return;
    }
    var before = entry(known);
    known.member = member;
    if (revived) {
      known.state = State.ALIVE;
      known.why = "";
      known.since = now;
      known.doubters.clear();
    }
    tell(new Gossip.Alive(member));
    station.event(new Event(before, entry(known)));
    publish();
  }

  private boolean isSuperseded(MemberRecord member) {
    return others.values().stream()
        .anyMatch(
            other ->
                other.isPresent()
                    && other.member.address().equals(member.address())
                    && other.member.life() > member.life());
  }

  /** A later process at an address is the end of those before it. */
  private void supersede(MemberRecord member) {
    for (var other : List.copyOf(others.values())) {
      if (other.member.uid() != member.uid()
          && other.member.address().equals(member.address())
          && other.isPresent()) {
        bury(other, State.DEAD, "a later process is at its address", self.uid());
      }
    }
  }

  private void refute(int refutations) {
    self = self.refuted(Math.max(refutations, self.refutations()));
    health = Math.min(MOST_HEALTH, health + 1); // being doubted is a reason to look at oneself
    tell(new Gossip.Alive(self));
    publish();
  }

  private void suspected(Gossip.Suspect doubt) {
    if (doubt.uid() == self.uid()) {
      if (doubt.life() >= self.life() && doubt.refutations() >= self.refutations() && !guest) {
        refute(doubt.refutations());
      }
      return;
    }
    var other = others.get(doubt.uid());
    if (other != null
        && doubt.life() == other.member.life()
        && doubt.refutations() >= other.member.refutations()) {
      doubt(other, doubt.by(), loop.nanoTime(), "another member did not get an answer");
    }
  }

  private void dead(Gossip.Dead dead) {
    if (dead.uid() == self.uid()) {
      if (dead.life() >= self.life() && dead.refutations() >= self.refutations() && !guest) {
        refute(dead.refutations());
      }
      return;
    }
    var other = others.get(dead.uid());
    if (other != null
        && dead.life() == other.member.life()
        && dead.refutations() >= other.member.refutations()) {
      bury(
          other,
          dead.left() ? State.LEFT : State.DEAD,
          dead.left() ? "it said goodbye" : "another member says so",
          dead.by());
    }
  }

  // ---- exchanges

  private void reunite(long now) {
    if (!joined || others.isEmpty()) {
      if (!seeds.isEmpty()) {
        exchangeWith(seeds.get(nextSeed++ % seeds.size()).toString());
      }
      if (!lost.isEmpty() && now >= nextReunion) {
        nextReunion = now + REUNION;
        askTheLost();
      }
      return;
    }
    if (now >= nextExchange) {
      nextExchange = now + EXCHANGE - EXCHANGE / 10 + loop.random().nextLong(EXCHANGE / 5);
      some(1, new Other(self, 0)).forEach(other -> exchangeWith(other.member.address()));
    }
    if (now >= nextReunion) {
      nextReunion = now + REUNION - REUNION / 10 + loop.random().nextLong(REUNION / 5);
      askTheLost();
      for (var seed : seeds) {
        boolean there =
            others.values().stream()
                .anyMatch(o -> o.isPresent() && o.member.address().equals(seed.toString()));
        if (!there) {
          exchangeWith(seed.toString());
        }
      }
    }
  }

  /** One that is gone is asked now and then, so that healed partitions find each other. */
  private void askTheLost() {
    if (!lost.isEmpty()) {
      var addresses = List.copyOf(lost.keySet());
      exchangeWith(addresses.get(loop.random().nextInt(addresses.size())).toString());
    }
  }

  private void exchangeWith(String address) {
    if (address.equals(self.address())) {
      return;
    }
    try {
      station.exchange(Address.parse(address), all(), true);
    } catch (io.sennit.core.ConfigException _) {
      return; // a member named itself in a way nobody can dial
    }
  }

  /** All that is known, for one who asked or is asked. */
  private byte[] all() {
    var items = new ArrayList<Gossip>();
    if (!guest) {
      items.add(new Gossip.Alive(self));
    }
    for (var other : others.values()) {
      items.add(new Gossip.Alive(other.member));
      if (other.state == State.SUSPECT) {
        items.add(suspect(other));
      } else if (!other.isPresent()) {
        items.add(
            new Gossip.Dead(
                other.member.uid(),
                other.member.life(),
                other.member.refutations(),
                self.uid(),
                other.state == State.LEFT));
      }
    }
    return Gossip.toBytes(items);
  }

  /**
   * All that a peer knows.
   *
   * @param wantsAnswer whether it wants to know what this one knows
   * @throws ProtocolException if it is malformed
   */
  public void exchanged(Address with, byte[] items, boolean wantsAnswer) {
    if (!running) {
      return;
    }
    var read = Gossip.read(items);
    if (wantsAnswer) {
      station.exchange(with, all(), false);
    }
    joined = true;
    var dead = new LinkedHashSet<Long>();
    for (var item : read) {
      if (item instanceof Gossip.Dead gone) {
        dead.add(gone.uid());
      }
    }
    for (var item : read) {
      boolean unknownDead =
          item instanceof Gossip.Alive alive
              && dead.contains(alive.member().uid())
              && !others.containsKey(alive.member().uid());
      if (!unknownDead) { // nobody is announced only to be buried
        take(item, 0, null);
      }
    }
    publish();
  }

  private void publish() {
    if (running) {
      station.changed(entries());
    }
  }

  /** Says goodbye to some, who tell the others. */
  public void leave() {
    if (running && !guest) {
      var dead =
          List.<Gossip>of(
              new Gossip.Dead(self.uid(), self.life(), self.refutations(), self.uid(), true));
      for (var other : some(16, new Other(self, 0))) {
        if (other.endpoint != null) {
          send(other.endpoint, dead);
        }
      }
    }
    running = false;
    probeTimer.cancel();
    tryTimer.cancel();
    gossipTimer.cancel();
  }
}
