package io.sennit.mesh.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Budget;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import io.sennit.mesh.wire.Frame;
import io.sennit.mesh.wire.HelloPayload;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireReader;
import io.sennit.mesh.wire.WireWriter;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One node's end of the datagram protocol: its socket, the sessions that stand, the handshakes
 * under way, the peers that do not answer (docs/protocol/mesh.md, sections 2 to 6). On its loop
 * only.
 */
public final class Terminal implements Association.Owner, Datagrams.Handler {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long FORGET = 600 * SECOND;
  private static final int MOST_LOSSY_WAITING = 64;
  private static final long MAX_LIFE_AHEAD_MILLIS = 366L * 24 * 3_600_000;

  /** What a terminal tells its node. */
  public interface Upcalls {
    /**
     * A message.
     *
     * @param release run on the loop when what it holds may be given back
     */
    void message(Sender from, byte[] envelope, boolean reliable, Runnable release);

    /** Nobody waits for an answer any more. */
    void cancelled(Sender from, int correlation);

    /** Membership from a sender of the cluster, without a session. */
    void solo(long uid, Endpoint from, byte[] items);

    /** Membership within a session. */
    void gossip(Sender from, byte[] items);

    /** A peer has proven its life with a handshake. */
    void proven(Sender who, Endpoint at);

    /**
     * A session is over.
     *
     * @param silent whether because the peer did not answer
     */
    void ended(Sender who, SennitException why, boolean silent);

    /** A peer knew a later life at this address than this one's: it is raised above that. */
    void lifeRaised(Incarnation now);

    /** The socket failed; nothing goes any more. */
    void failed(SennitException why);
  }

  /**
   * Who sent something, as its handshake proved.
   *
   * @param address where it is reached
   * @param life which life of which process
   * @param guest whether it is no member
   */
  public record Sender(Address address, Incarnation life, boolean guest) {}

  private final Loop loop;
  private final Names names;
  private final TransportSettings settings;
  private final Secrets secrets;
  private final boolean guest;
  private final Upcalls upcalls;
  private final Counters counters = new Counters();
  private final Budget reassembly;
  private final Doorkeeper doorkeeper;
  private final SoloDesk solos;
  private final Map<Integer, Association> sessions = new LinkedHashMap<>();
  private final Map<Integer, Association> byRemote = new LinkedHashMap<>();
  private final Map<Association, PeerState> owners = new LinkedHashMap<>();
  private final Map<Address, PeerState> peers = new LinkedHashMap<>();
  private final Map<Integer, Dialing> dialings = new LinkedHashMap<>();
  private Incarnation life;
  private Address advertised = Address.of("0.0.0.0", 0);
  private Datagrams.@Nullable Socket socket;
  private boolean closed;

  /** Not bound yet. */
  public Terminal(
      Loop loop,
      Names names,
      TransportSettings settings,
      Secrets secrets,
      Incarnation life,
      boolean guest,
      Upcalls upcalls) {
    this.loop = loop;
    this.names = names;
    this.settings = settings;
    this.secrets = secrets;
    this.life = life;
    this.guest = guest;
    this.upcalls = upcalls;
    reassembly = new Budget(settings.reassemblyBytes());
    doorkeeper = new Doorkeeper(loop, secrets, counters);
    solos = new SoloDesk(secrets, life.unique(), counters);
  }

  private static final class PeerState {
    final Address address;
    @Nullable Association current;
    @Nullable Dialing dialing;
    final ArrayDeque<OutMessage> waiting = new ArrayDeque<>();
    long waitingBytes;
    final ArrayDeque<byte[]> lossy = new ArrayDeque<>();
    @Nullable Incarnation known;
    boolean quarantined;
    long lastUse;

    PeerState(Address address) {
      this.address = address;
    }
  }

  /** A handshake that this side began. */
  private static final class Dialing {
    final PeerState peer;
    final int session;
    final Noise noise;
    final byte[] message;
    final long begun;
    final Loop.Timer timer;
    @Nullable Endpoint to;
    long cookie;
    boolean cookieTaken;
    int tries;

    Dialing(PeerState peer, int session, Noise noise, byte[] message, long now, Loop.Timer timer) {
      this.peer = peer;
      this.session = session;
      this.noise = noise;
      this.message = message;
      this.begun = now;
      this.timer = timer;
    }
  }

  /** The socket is bound; from now on packets go. */
  public void bound(Datagrams.Socket bound, Address advertise) {
    socket = bound;
    advertised = advertise;
  }

  /** Which life this is, which a peer's knowledge may have raised. */
  public Incarnation life() {
    return life;
  }

  /** Where this node is reached. */
  public Address advertised() {
    return advertised;
  }

  /** What has happened so far, by name. */
  public Map<String, Long> counts() {
    return counters.toMap();
  }

  /** How a peer is reached now. */
  public record PeerStats(
      Address address,
      boolean connected,
      boolean quarantined,
      long roundTripNanos,
      int window,
      int inFlight,
      long queuedBytes,
      double loss,
      int pathMax) {}

  /** All peers that something was sent to or heard of. */
  public List<PeerStats> stats() {
    var all = new ArrayList<PeerStats>();
    for (var peer : peers.values()) {
      var a = peer.current;
      all.add(
          a == null
              ? new PeerStats(
                  peer.address, false, peer.quarantined, 0, 0, 0, peer.waitingBytes, 0, 0)
              : new PeerStats(
                  peer.address,
                  true,
                  false,
                  a.outlet().roundTrip.isMeasured() ? a.outlet().roundTrip.smoothed() : 0,
                  a.outlet().congestion.window(),
                  a.outlet().inFlight(),
                  a.outlet().queuedBytes(),
                  a.outlet().congestion.lossShare(),
                  a.outlet().pathMax()));
    }
    return all;
  }

  /** Bytes that half-received and large messages hold. */
  public long reassemblyBytes() {
    return reassembly.used();
  }

  /** Session numbers that peers chose, as anybody on the way can read them; for tests. */
  List<Integer> remoteSessions() {
    return List.copyOf(byRemote.keySet());
  }

  int sessionCount() {
    return sessions.size();
  }

  // ---- sending

  /** Sends a message that arrives once, or is reported. */
  public void send(Address to, OutboundMessage message) {
    var out = message.toOut(loop.nanoTime());
    var peer = peer(to);
    if (closed) {
      refuse(out, peer, "the mesh is closed", false);
      return;
    }
    peer.lastUse = loop.nanoTime();
    var current = peer.current;
    if (current != null) {
      if (current.hasRoom()) {
        message.taken();
        current.send(out);
      } else {
        refuse(out, peer, "too much waits for this peer already", false);
      }
    } else if (peer.quarantined) {
      refuse(out, peer, "the peer has not answered for a while", true);
    } else if (peer.waiting.size() >= settings.queueMessages()
        || peer.waitingBytes >= settings.queueBytes()) {
      refuse(out, peer, "too much waits for this peer already", false);
    } else {
      message.taken();
      peer.waiting.add(out);
      peer.waitingBytes += out.envelope.length;
      dial(peer);
    }
  }

  private void refuse(OutMessage out, PeerState peer, String why, boolean unhealthy) {
    out.fail(
        loop.nanoTime(),
        Outcome.DID_NOT_RUN,
        context ->
            unhealthy
                ? new io.sennit.mesh.UnhealthyException(why, context)
                : new RejectedException(why, context),
        peer.address.toString());
  }

  /** Sends a message that may be lost; false: it was dropped here. */
  public boolean sendLossy(Address to, byte[] envelope) {
    var peer = peer(to);
    if (closed || peer.quarantined) {
      return false;
    }
    peer.lastUse = loop.nanoTime();
    var current = peer.current;
    if (current != null) {
      return current.sendLossy(envelope);
    }
    if (peer.lossy.size() >= MOST_LOSSY_WAITING) {
      counters.lossyDropped++;
      return false;
    }
    peer.lossy.add(envelope);
    dial(peer);
    return true;
  }

  /** Tells a peer that nobody waits for an answer any more, if there is a session. */
  public void cancel(Address to, int correlation) {
    var peer = peers.get(to);
    if (peer != null && peer.current != null) {
      peer.current.sendControl(new Frame.Cancel(correlation));
    }
  }

  /** Sends membership without a session. */
  public void solo(Endpoint to, byte[] items) {
    if (socket != null && !closed) {
      var packet = solos.seal(items);
      transmit(to, packet, packet.length);
    }
  }

  /** Whether a peer is not asked at present, because it did not answer. */
  public boolean isQuarantined(Address address) {
    var peer = peers.get(address);
    return peer != null && peer.quarantined;
  }

  private PeerState peer(Address address) {
    return peers.computeIfAbsent(address, PeerState::new);
  }

  // ---- dialing

  private void dial(PeerState peer) {
    if (peer.dialing != null || socket == null) {
      return;
    }
    int session = freshSession();
    var noise = Noise.initiator(loop.secrets(), secrets.psk(), secrets.prologue());
    long known = peer.known == null ? 0 : peer.known.number();
    try {
      var message = noise.write(hello(session, known).toBytes());
      Loop.Timer[] timer = new Loop.Timer[1];
      timer[0] = loop.timer(() -> redial(peer));
      var dialing = new Dialing(peer, session, noise, message, loop.nanoTime(), timer[0]);
      peer.dialing = dialing;
      dialings.put(session, dialing);
      resolve(dialing);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a handshake that cannot be begun", e);
    }
  }

  private HelloPayload hello(int session, long known) {
    return new HelloPayload(
        HelloPayload.Verdict.WELCOME,
        session,
        life.number(),
        known,
        guest,
        advertised.toString(),
        Inbox.CREDIT,
        Math.max(0, loop.wallTime().toEpochMilli()),
        new byte[0]);
  }

  private int freshSession() {
    int session = loop.secrets().nextInt();
    while (session == 0 || sessions.containsKey(session) || dialings.containsKey(session)) {
      session = loop.secrets().nextInt();
    }
    return session;
  }

  private void resolve(Dialing dialing) {
    dialing.timer.arm(settings.retryTimeout().toNanos());
    names.resolve(
        loop,
        dialing.peer.address.toString(),
        false,
        Done.of(
            endpoints -> {
              if (dialing.peer.dialing == dialing) {
                dialing.to = endpoints.getFirst();
                redial(dialing.peer);
              }
            },
            why -> {
              if (dialing.peer.dialing == dialing) {
                stopDialing(dialing.peer);
                failWaiting(dialing.peer, why::in);
              }
            }));
  }

  /**
   * Sends the HELLO, again and again; after a while the peer counts as one that does not answer.
   */
  private void redial(PeerState peer) {
    var dialing = peer.dialing;
    if (dialing == null || closed) {
      return;
    }
    long now = loop.nanoTime();
    long age = now - dialing.begun;
    if (age >= settings.retryTimeout().toNanos() && !peer.quarantined) {
      peer.quarantined = true;
      failWaiting(
          peer,
          context -> new DisconnectedException("the peer did not answer the handshake", context));
    }
    if (peer.quarantined && now - peer.lastUse > FORGET) {
      stopDialing(peer);
      peers.values().removeIf(one -> one == peer);
      return;
    }
    if (dialing.to != null) {
      sendHello(dialing);
    }
    long gap;
    if (age > 60 * SECOND) {
      gap = 10 * SECOND;
    } else if (peer.quarantined || !settings.adaptiveRetry()) {
      gap = settings.retryInterval().toNanos();
    } else {
      gap =
          RoundTrip.backedOff(
              new RoundTrip().probeTimeout(), dialing.tries, settings.retryInterval().toNanos());
    }
    dialing.tries++;
    long left = settings.retryTimeout().toNanos() - age;
    dialing.timer.arm(peer.quarantined ? gap : Math.max(MILLI, Math.min(gap, left)));
  }

  private void sendHello(Dialing dialing) {
    var out = new WireWriter(Packet.HELLO_SIZE);
    new Packet.Hello(life.unique(), secrets.app(), dialing.cookie).write(out);
    out.bytes(dialing.message);
    var to = dialing.to;
    if (to != null) {
      transmit(to, out.array(), out.length());
    }
  }

  private void stopDialing(PeerState peer) {
    var dialing = peer.dialing;
    if (dialing != null) {
      dialing.timer.cancel();
      dialings.remove(dialing.session);
      peer.dialing = null;
    }
  }

  private void failWaiting(
      PeerState peer, java.util.function.Function<ErrorContext, SennitException> why) {
    peer.lossy.clear();
    peer.waitingBytes = 0;
    var all = List.copyOf(peer.waiting);
    peer.waiting.clear();
    for (var message : all) {
      message.fail(loop.nanoTime(), Outcome.DID_NOT_RUN, why, peer.address.toString());
    }
  }

  // ---- packets in

  @Override
  public void packet(Endpoint from, ByteBuf packet) {
    if (closed) {
      return;
    }
    var bytes = packet.array();
    int start = packet.arrayOffset() + packet.readerIndex();
    int end = start + packet.readableBytes();
    var in = new WireReader(bytes, start, end);
    try {
      switch (Packet.read(in)) {
        case Packet.Session header -> session(header, from, bytes, start, end);
        case Packet.Solo header -> {
          var items = solos.open(header, from, doorkeeper, bytes, start, end);
          if (items != null) {
            upcalls.solo(header.uid(), from, items);
          }
        }
        case Packet.Hello header -> hello(header, from, in);
        case Packet.HelloAck header -> helloAck(header, from, in);
        case Packet.Cookie cookie -> cookie(cookie, from);
        case Packet.Reset reset -> reset(reset);
      }
    } catch (ProtocolException _) {
      counters.malformed++; // a datagram is dropped; who sent it is not known
    }
  }

  private void session(Packet.Session header, Endpoint from, byte[] bytes, int start, int end) {
    var association = sessions.get(header.session());
    if (association != null) {
      association.packet(header, bytes, start, end);
      return;
    }
    counters.unknownSender++;
    if (end - start >= 22 && doorkeeper.mayReset(from)) {
      counters.resetsSent++;
      var out = new WireWriter(22);
      new Packet.Reset(
              header.session(), secrets.resetToken(header.session(), advertised.toString()))
          .write(out);
      transmit(from, out.array(), out.length());
    }
  }

  private void reset(Packet.Reset reset) {
    var association = byRemote.get(reset.session());
    if (association == null) {
      return;
    }
    boolean genuine =
        Secrets.same(
            reset.token(), secrets.resetToken(reset.session(), association.peer().toString()));
    if (!genuine && !settings.has(Defect.RESET_UNCHECKED)) {
      counters.resetsForged++;
      return;
    }
    counters.resetsTaken++;
    association.end(
        new DisconnectedException(
            "the peer does not know the session any more", ErrorContext.NONE));
  }

  private void cookie(Packet.Cookie cookie, Endpoint from) {
    for (var dialing : dialings.values()) {
      if (from.equals(dialing.to) && !dialing.cookieTaken) {
        dialing.cookie = cookie.token();
        dialing.cookieTaken = true; // one a handshake: a stream of them makes no stream of HELLOs
        sendHello(dialing);
      }
    }
  }

  private void hello(Packet.Hello header, Endpoint from, WireReader in) {
    if (header.app() != secrets.app()) {
      counters.otherCluster++;
      return;
    }
    if (in.remaining() != Packet.HELLO_SIZE - Packet.HELLO_HEADER) {
      throw in.bad("hello", in.remaining() + " bytes of handshake");
    }
    var message = in.rest();
    var before = doorkeeper.remembered(message);
    if (before != null) {
      transmit(from, before, before.length);
      return;
    }
    var cookie = doorkeeper.admit(from, header.cookie());
    if (cookie != Doorkeeper.ADMITTED) {
      if (cookie != Doorkeeper.DROPPED) {
        counters.cookies++;
        var out = new WireWriter(16);
        new Packet.Cookie(cookie).write(out);
        transmit(from, out.array(), out.length());
      }
      return;
    }
    var noise = Noise.responder(loop.secrets(), secrets.psk(), secrets.prologue());
    HelloPayload payload;
    try {
      payload = HelloPayload.read(noise.read(message));
    } catch (GeneralSecurityException _) {
      counters.notOpened++;
      doorkeeper.failed(from);
      return;
    }
    answer(header, payload, noise, message, from);
  }

  private void answer(
      Packet.Hello header, HelloPayload payload, Noise noise, byte[] message, Endpoint from) {
    Address address;
    try {
      address = Address.parse(payload.address());
    } catch (SennitException _) {
      counters.malformed++;
      return;
    }
    if (header.uid() == life.unique()) {
      return; // its own, come back
    }
    var peer = peers.get(address);
    if (peer != null
        && peer.dialing != null
        && !peer.quarantined
        && Long.compareUnsigned(life.unique(), header.uid()) < 0) {
      return; // both began at once: the handshake of the lower uid goes on
    }
    if (payload.known() > life.number()) {
      raise(payload.known());
    }
    var theirs = new Incarnation(payload.life(), header.uid());
    boolean stale =
        peer != null
            && peer.known != null
            && peer.known.isAfter(theirs)
            && !settings.has(Defect.OLD_LIFE_ACCEPTED);
    if (stale) {
      counters.staleLife++;
    }
    int session = freshSession();
    var secret = new byte[32];
    loop.secrets().nextBytes(secret);
    boolean full = sessions.size() >= settings.maxSessions() && !evict();
    var verdict =
        stale
            ? HelloPayload.Verdict.STALE
            : full ? HelloPayload.Verdict.FULL : HelloPayload.Verdict.WELCOME;
    var reply =
        new HelloPayload(
            verdict,
            session,
            life.number(),
            stale && peer != null && peer.known != null ? peer.known.number() : 0,
            guest,
            advertised.toString(),
            Inbox.CREDIT,
            Math.max(0, loop.wallTime().toEpochMilli()),
            secret);
    try {
      var sealed = noise.write(reply.toBytes());
      var out = new WireWriter(Packet.HELLO_SIZE);
      new Packet.HelloAck(life.unique(), secrets.app(), payload.session() & 0xffff_ffffL)
          .write(out);
      out.bytes(sealed);
      var packet = out.toBytes();
      if (verdict == HelloPayload.Verdict.WELCOME) {
        var keys = keys(noise, secret, false);
        var association =
            new Association(
                this,
                loop,
                settings,
                counters,
                reassembly,
                address,
                from,
                theirs,
                payload.guest(),
                session,
                payload.session(),
                keys,
                payload.credit(),
                false);
        sessions.put(session, association);
        byRemote.put(payload.session(), association);
        doorkeeper.halfOpen(message, packet, association);
      }
      transmit(from, packet, packet.length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a handshake that cannot be answered", e);
    }
  }

  /** Makes room by ending the session that has been idle longest. */
  private boolean evict() {
    Association oldest = null;
    for (var association : sessions.values()) {
      if (association.isProven()
          && association.isIdle()
          && (oldest == null || association.lastTraffic() < oldest.lastTraffic())) {
        oldest = association;
      }
    }
    if (oldest == null) {
      return false;
    }
    oldest.close(Association.CloseCode.IDLE, "room is needed", null);
    return true;
  }

  private void raise(long known) {
    long now = loop.wallTime().toEpochMilli();
    if (known >= life.number() && known < now + MAX_LIFE_AHEAD_MILLIS) {
      life = new Incarnation(known + 1, life.unique());
      upcalls.lifeRaised(life);
    }
  }

  /** Key material of both directions: of what this side sends, and of what it receives. */
  private static byte[][] keys(Noise noise, byte[] secret, boolean initiator) {
    var both = Noise.hkdf(noise.handshakeHash(), secret, 2);
    return initiator ? both : new byte[][] {both[1], both[0]};
  }

  private void helloAck(Packet.HelloAck header, Endpoint from, WireReader in) {
    var dialing = dialings.get((int) header.session());
    if (dialing == null || header.app() != secrets.app()) {
      counters.unknownSender++;
      return;
    }
    HelloPayload payload;
    Address address;
    var answered = dialing.noise.copy(); // a forged answer must not spoil the handshake
    try {
      payload = HelloPayload.read(answered.read(in.rest()));
      address = Address.parse(payload.address());
    } catch (GeneralSecurityException | SennitException _) {
      counters.notOpened++;
      doorkeeper.failed(from);
      return;
    }
    var peer = dialing.peer;
    var theirs = new Incarnation(payload.life(), header.uid());
    switch (payload.verdict()) {
      case STALE -> {
        stopDialing(peer);
        raise(payload.known());
        dial(peer);
      }
      case FULL -> {
        stopDialing(peer);
        failWaiting(
            peer, context -> new RejectedException("the peer has no room for sessions", context));
      }
      case WELCOME -> {
        counters.handshakes++;
        peers.putIfAbsent(address, peer);
        var association =
            new Association(
                this,
                loop,
                settings,
                counters,
                reassembly,
                address,
                from,
                theirs,
                payload.guest(),
                dialing.session,
                payload.session(),
                keys(answered, payload.secret(), true),
                payload.credit(),
                true);
        sessions.put(dialing.session, association);
        byRemote.put(payload.session(), association);
        stopDialing(peer);
        adopt(association, peer);
      }
    }
  }

  // ---- sessions

  @Override
  public void proven(Association association) {
    counters.handshakes++;
    doorkeeper.proven(association);
    adopt(association, peer(association.peer()));
  }

  private void adopt(Association association, PeerState peer) {
    var known = peer.known;
    if (known != null
        && known.isAfter(association.life())
        && !settings.has(Defect.OLD_LIFE_ACCEPTED)) {
      counters.staleLife++;
      association.close(Association.CloseCode.REPLACED, "a later life is known", null);
      return;
    }
    var before = peer.current;
    owners.put(association, peer);
    peer.current = association;
    peer.known = association.life();
    peer.quarantined = false;
    peer.lastUse = loop.nanoTime();
    stopDialing(peer);
    if (before != null && !before.life().equals(association.life())) {
      before.end(
          new DisconnectedException(
              "the process at the address was followed by another", ErrorContext.NONE));
    }
    var waiting = List.copyOf(peer.waiting);
    peer.waiting.clear();
    peer.waitingBytes = 0;
    waiting.forEach(association::send);
    for (var envelope : peer.lossy) {
      association.sendLossy(envelope);
    }
    peer.lossy.clear();
    upcalls.proven(sender(association), association.endpoint());
  }

  private static Sender sender(Association association) {
    return new Sender(association.peer(), association.life(), association.isGuest());
  }

  @Override
  public void ended(Association association, SennitException why, boolean silent) {
    sessions.remove(association.localSession(), association);
    byRemote.remove(association.remoteSession(), association);
    doorkeeper.proven(association);
    var peer = owners.remove(association);
    if (peer == null) {
      return; // it never took effect
    }
    if (peer.current == association) {
      peer.current = null;
      if (settings.has(Defect.RESENT_TO_NEXT_LIFE)) {
        for (var message : association.outlet().unfinishedMessages()) {
          peer.waiting.add(message.again(loop.nanoTime()));
        }
      }
      if (silent && !closed) {
        peer.quarantined = true;
        dial(peer);
      } else if (!peer.waiting.isEmpty()) {
        dial(peer);
      }
    }
    if (!closed) {
      upcalls.ended(sender(association), why, silent);
    }
  }

  @Override
  public void transmit(Endpoint to, byte[] packet, int length) {
    var bound = socket;
    if (bound != null) {
      var buffer = bound.packet();
      buffer.writeBytes(packet, 0, length);
      bound.send(to, buffer);
    }
  }

  @Override
  public void message(Association from, byte[] envelope, boolean reliable, Runnable release) {
    upcalls.message(
        sender(from),
        envelope,
        reliable,
        () -> {
          boolean full = !reassembly.hasRoom();
          release.run();
          if (full && reassembly.hasRoom()) {
            List.copyOf(sessions.values()).forEach(Association::roomGrown);
          }
        });
  }

  @Override
  public void cancelled(Association from, int correlation) {
    upcalls.cancelled(sender(from), correlation);
  }

  @Override
  public void gossip(Association from, byte[] items) {
    upcalls.gossip(sender(from), items);
  }

  @Override
  public void tooLong(Endpoint to, int bytes, int fits) {
    for (var association : sessions.values()) {
      if (association.endpoint().equals(to)) {
        association.tooLong();
      }
    }
  }

  @Override
  public void failed(SennitException why) {
    end(why, false);
    upcalls.failed(why);
  }

  /** Whether nothing of any message is on its way or waits. */
  public boolean isQuiet() {
    return sessions.values().stream().allMatch(Association::isIdle)
        && peers.values().stream().allMatch(peer -> peer.waiting.isEmpty());
  }

  /** Ends all sessions with a goodbye, and the socket; idempotent. */
  public void close() {
    end(new DisconnectedException("the mesh was closed", ErrorContext.NONE), true);
  }

  private void end(SennitException why, boolean goodbye) {
    if (closed) {
      return;
    }
    closed = true;
    for (var association : List.copyOf(sessions.values())) {
      if (goodbye) {
        association.close(Association.CloseCode.GOODBYE, "", why);
      } else {
        association.end(why);
      }
    }
    for (var peer : peers.values()) {
      stopDialing(peer);
      failWaiting(peer, why::in);
    }
    doorkeeper.close();
    if (socket != null) {
      socket.close();
    }
  }
}
