package io.sennit.mesh.engine;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Budget;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.mesh.wire.AckRanges;
import io.sennit.mesh.wire.Frame;
import io.sennit.mesh.wire.FrameReader;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireReader;
import io.sennit.mesh.wire.WireWriter;
import java.util.function.Function;

/**
 * One session with one life of one peer: keys, packet numbers, acknowledgements, and the two halves
 * that send ({@link Outlet}) and receive ({@link Inbox}). The peer is known by its uid and life,
 * never by where a packet came from. On its loop only.
 */
final class Association implements Inbox.Sink {
  /** Why a session is closed; the numbers are on the wire. */
  enum CloseCode {
    /** The process ends. */
    GOODBYE,
    /** Nothing was said for a while. */
    IDLE,
    /** The other side broke the protocol. */
    PROTOCOL,
    /** A later session with the same process took its place. */
    REPLACED
  }

  private static final long MILLI = 1_000_000;
  private static final long ACK_DELAY = 5 * MILLI;
  private static final int ACK_EVERY = 2;
  private static final int REPLAY = 2048;
  private static final int MOST_PER_TURN = 256;

  /** What a session is part of. */
  interface Owner {
    void transmit(Endpoint to, byte[] packet, int length);

    void message(Association from, byte[] envelope, boolean reliable, Runnable release);

    void cancelled(Association from, int correlation);

    void gossip(Association from, byte[] items);

    /**
     * The session is over.
     *
     * @param silent whether it ended because the peer did not answer
     */
    void ended(Association which, SennitException why, boolean silent);

    /** The peer has shown that it is there: its first packet within the session was opened. */
    void proven(Association which);
  }

  private final Owner owner;
  private final Loop loop;
  private final TransportSettings settings;
  private final Counters counters;
  private final Address peer;
  private final Endpoint endpoint;
  private final Incarnation life;
  private final boolean guest;
  private final int localSession;
  private final int remoteSession;
  private final Seal sealing;
  private final Seal opening;
  private final Outlet outlet;
  private final Inbox inbox;
  private final ReplayWindow replay = new ReplayWindow(REPLAY);
  private final Received received = new Received();
  private final WireWriter out = new WireWriter(Packet.MAX + 64);
  private final byte[] sealed = new byte[Packet.MAX + 64];
  private final byte[] opened = new byte[Packet.MAX + 64];
  private final Loop.Timer timer;
  private final Runnable flush = this::flush;

  private boolean proven;
  private boolean ended;
  private int ackDemands;
  private boolean ackNow;
  private long ackAt = Long.MAX_VALUE;
  private long lastTraffic;
  private long lastHeard;
  private long tickAt;

  /**
   * A session.
   *
   * @param proven whether the peer has shown that it is there now; else its first packet does
   * @param secrets key material: of what this side sends, and of what it receives
   * @param credit bytes of messages this side may send at first
   */
  Association(
      Owner owner,
      Loop loop,
      TransportSettings settings,
      Counters counters,
      Budget reassembly,
      Address peer,
      Endpoint endpoint,
      Incarnation life,
      boolean guest,
      int localSession,
      int remoteSession,
      byte[][] secrets,
      long credit,
      boolean proven) {
    this.owner = owner;
    this.loop = loop;
    this.settings = settings;
    this.counters = counters;
    this.peer = peer;
    this.endpoint = endpoint;
    this.life = life;
    this.guest = guest;
    this.localSession = localSession;
    this.remoteSession = remoteSession;
    this.sealing = Seal.sealing(secrets[0]);
    this.opening = Seal.opening(secrets[1]);
    this.proven = proven;
    long now = loop.nanoTime();
    outlet = new Outlet(peer.toString(), settings, counters, credit, now);
    inbox = new Inbox(this, reassembly, settings);
    timer = loop.timer(this::timerFired);
    lastTraffic = now;
    lastHeard = now;
    tickAt = now + 100 * MILLI;
    if (proven) {
      begin(now);
    }
    timer.arm(100 * MILLI);
  }

  private void begin(long now) {
    outlet.addControl(new Frame.Ping());
    outlet.probePath(now);
    scheduleFlush();
  }

  Address peer() {
    return peer;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Incarnation life() {
    return life;
  }

  boolean isGuest() {
    return guest;
  }

  int localSession() {
    return localSession;
  }

  int remoteSession() {
    return remoteSession;
  }

  boolean isProven() {
    return proven;
  }

  boolean hasEnded() {
    return ended;
  }

  long lastHeard() {
    return lastHeard;
  }

  long lastTraffic() {
    return lastTraffic;
  }

  boolean isIdle() {
    return outlet.isIdle();
  }

  boolean hasRoom() {
    return outlet.hasRoom();
  }

  Outlet outlet() {
    return outlet;
  }

  // ---- out

  void send(OutMessage message) {
    lastTraffic = loop.nanoTime();
    outlet.add(message, lastTraffic);
    scheduleFlush();
  }

  boolean sendLossy(byte[] envelope) {
    lastTraffic = loop.nanoTime();
    boolean taken = outlet.addLossy(envelope, lastTraffic);
    scheduleFlush();
    return taken;
  }

  void sendControl(Frame frame) {
    outlet.addControl(frame);
    scheduleFlush();
  }

  private void scheduleFlush() {
    loop.atTurnEnd(flush);
  }

  private void flush() {
    if (ended || !proven) {
      return;
    }
    long now = loop.nanoTime();
    for (int i = 0; i < MOST_PER_TURN && sendOne(now, false); i++) {
      // as long as something may leave
    }
    armTimer(now);
  }

  /** Sends one packet, if there is reason to; {@code forced}: whatever the window says. */
  private boolean sendOne(long now, boolean forced) {
    boolean fill = forced || outlet.mayFill(now);
    if (received.isEmpty()) {
      ackNow = false;
      ackAt = Long.MAX_VALUE;
    }
    boolean acknowledges = ackNow || now >= ackAt;
    if (!fill && !outlet.hasControl() && !acknowledges) {
      return false;
    }
    out.cut(0);
    new Packet.Session(remoteSession, outlet.nextNumber()).write(out);
    var packet = outlet.open(now);
    if (fill && !forced && outlet.pathProbeDue(now)) {
      outlet.writePathProbe(out, packet, now);
      transmit(packet, true);
      return true;
    }
    int limit = outlet.pathMax() - Packet.TAG;
    if (!received.isEmpty() && (acknowledges || ackDemands > 0)) {
      writeAck(now);
    }
    outlet.writeControl(out, packet, limit);
    if (fill) {
      outlet.fill(out, packet, limit, now);
    }
    if (out.length() == Packet.SESSION_HEADER) {
      new Frame.Ping().write(out); // a number was taken: it is used
      packet.demanding = true;
      transmit(packet, fill);
      return false;
    }
    transmit(packet, fill && !forced);
    return true;
  }

  /** A packet of its own that is as short as can be. */
  private void sendPing(long now) {
    out.cut(0);
    new Packet.Session(remoteSession, outlet.nextNumber()).write(out);
    var packet = outlet.open(now);
    new Frame.Ping().write(out);
    packet.demanding = true;
    transmit(packet, false);
  }

  private void writeAck(long now) {
    ackNow = false;
    ackAt = Long.MAX_VALUE;
    ackDemands = 0;
    long delay = Math.max(0, now - received.largestAt()) / 1_000;
    new Frame.Ack(received.ranges(AckRanges.MOST + 1), delay, inbox.credit()).write(out);
  }

  private void transmit(Sent packet, boolean counted) {
    int plain = out.length() - Packet.SESSION_HEADER;
    int length = sealing.seal(packet.number, out.array(), Packet.SESSION_HEADER, plain, sealed);
    outlet.close(packet, length, counted);
    counters.packetsOut++;
    counters.bytesOut += length;
    if (packet.demanding) {
      lastTraffic = packet.at;
    }
    owner.transmit(endpoint, sealed, length);
  }

  // ---- in

  /** A packet for this session arrived; from anywhere. */
  void packet(Packet.Session header, byte[] bytes, int from, int to) {
    if (ended) {
      return;
    }
    long now = loop.nanoTime();
    long number = header.number();
    if (replay.isOld(number)) {
      counters.duplicates++;
      return;
    }
    int length = opening.open(number, bytes, from, Packet.SESSION_HEADER, to, opened);
    if (length < 0) {
      counters.notOpened++;
      return;
    }
    if (!replay.isNew(number)) {
      counters.duplicates++;
      ackAt = Math.min(ackAt, now + ACK_DELAY); // perhaps the acknowledgement was lost
      armTimer(now);
      return;
    }
    replay.mark(number);
    counters.packetsIn++;
    counters.bytesIn += to - from;
    lastHeard = now;
    outlet.heard(now);
    if (!proven) {
      proven = true;
      owner.proven(this);
      if (ended) {
        return;
      }
      begin(now);
    }
    try {
      frames(number, length, now);
    } catch (ProtocolException e) {
      counters.malformed++;
      close(CloseCode.PROTOCOL, e.getMessage() == null ? "" : e.getMessage(), e);
      return;
    }
    if (!ended) {
      scheduleFlush();
    }
  }

  private void frames(long number, int length, long now) {
    boolean taken = true;
    boolean demanding = false;
    for (var frame : FrameReader.all(new WireReader(opened, 0, length))) {
      demanding |= frame.demandsAck();
      taken &= take(frame, now);
      if (ended) {
        return;
      }
    }
    if (!taken) {
      counters.noRoom++;
      return; // not acknowledged: the peer sends it again
    }
    boolean gap = received.add(number, now);
    if (demanding) {
      lastTraffic = now;
      ackDemands++;
      if (ackDemands >= ACK_EVERY || gap) {
        ackNow = true;
      } else {
        ackAt = Math.min(ackAt, now + ACK_DELAY);
      }
    }
  }

  private boolean take(Frame frame, long now) {
    switch (frame) {
      case Frame.Pad _, Frame.Ping _ -> {}
      case Frame.Ack ack -> outlet.acknowledged(ack, now);
      case Frame.Admit admit -> outlet.admitted(admit, now);
      case Frame.Cancel cancel -> owner.cancelled(this, cancel.correlation());
      case Frame.GossipFrame gossip -> owner.gossip(this, gossip.items());
      case Frame.Close close ->
          end(
              new DisconnectedException(
                  "the peer closed the session: " + reason(close), ErrorContext.NONE));
      default -> {
        return inbox.take(frame, now);
      }
    }
    return true;
  }

  private static String reason(Frame.Close close) {
    var codes = CloseCode.values();
    var word = close.code() < codes.length ? codes[(int) close.code()].name() : "" + close.code();
    return close.reason().isEmpty() ? word : word + ", " + close.reason();
  }

  @Override
  public void message(byte[] envelope, boolean reliable, Runnable release) {
    owner.message(this, envelope, reliable, release);
  }

  @Override
  public void answer(Frame.Admit admit) {
    outlet.addControl(admit);
    scheduleFlush();
  }

  @Override
  public void creditGrown() {
    ackNow = true;
    scheduleFlush();
  }

  /** There is room in the process for large messages again. */
  void roomGrown() {
    if (!ended) {
      inbox.admitWaiting();
    }
  }

  /** A packet of this length does not pass on the way to the peer. */
  void tooLong() {
    outlet.shrinkPath(loop.nanoTime());
  }

  // ---- time

  private void armTimer(long now) {
    long next = Math.min(outlet.nextDeadline(now), Math.min(ackAt, tickAt));
    timer.arm(Math.max(0, next - now));
  }

  private void timerFired() {
    if (ended) {
      return;
    }
    long now = loop.nanoTime();
    if (now >= tickAt) {
      tick(now);
      if (ended) {
        return;
      }
    }
    if (proven) {
      int tries = outlet.timePassed(now);
      for (int i = tries; i > 0; i--) {
        sendOne(now, true);
      }
      if (tries > 0 && outlet.isSilenceSuspect()) {
        sendPing(now);
      }
    }
    if (ended) {
      return;
    }
    if (proven) {
      flush();
    } else {
      timer.arm(Math.max(0, tickAt - now));
    }
  }

  private void tick(long now) {
    long timeout = settings.retryTimeout().toNanos();
    outlet.tick(now);
    inbox.tick(now, timeout + 1_000 * MILLI);
    boolean silent = outlet.isSilent(now, timeout);
    if (silent && outlet.givenUpInARow() >= 3 || outlet.isSilent(now, 3 * timeout)) {
      end(
          new DisconnectedException(
              "the peer has not answered for " + (now - lastHeard) / MILLI + " ms",
              ErrorContext.NONE),
          true);
      return;
    }
    if (outlet.isIdle() && inbox.partials() == 0 && now - lastTraffic > settings.idle().toNanos()) {
      close(CloseCode.IDLE, "", null);
      return;
    }
    boolean quiet = outlet.isIdle() && inbox.partials() == 0;
    tickAt = now + (quiet ? 2_000 : 100) * MILLI;
  }

  // ---- the end

  /** Tells the peer that the session ends, then ends it. */
  void close(
      CloseCode code, String reason, @org.jspecify.annotations.Nullable SennitException why) {
    if (ended) {
      return;
    }
    if (proven) {
      long now = loop.nanoTime();
      out.cut(0);
      new Packet.Session(remoteSession, outlet.nextNumber()).write(out);
      var packet = outlet.open(now);
      if (!received.isEmpty()) {
        writeAck(now);
      }
      var text = reason.length() > 120 ? reason.substring(0, 120) : reason;
      new Frame.Close(code.ordinal(), text.replaceAll("[^ -~]", "?")).write(out);
      transmit(packet, false);
    }
    end(
        why != null
            ? why
            : new DisconnectedException("the session was closed: " + code, ErrorContext.NONE));
  }

  /** Ends the session: all its messages are answered. */
  void end(SennitException why) {
    end(why, false);
  }

  private void end(SennitException why, boolean silent) {
    if (ended) {
      return;
    }
    ended = true;
    timer.cancel();
    inbox.close();
    counters.sessionsEnded++;
    owner.ended(this, why, silent);
    Function<ErrorContext, SennitException> told = why::in;
    outlet.fail(loop.nanoTime(), told);
  }
}
