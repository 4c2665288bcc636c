package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.codec.MsgPackWriter;
import io.sennit.core.loop.Budget;
import io.sennit.core.loop.Gate;
import io.sennit.core.loop.Outbox;
import io.sennit.core.loop.Wheel;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.grid.Generation;
import io.sennit.grid.NodeBusyException;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Envelope;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.MessageBatch;
import io.sennit.grid.wire.Op;
import io.sennit.grid.wire.Pings;
import io.sennit.grid.wire.WireTime;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A connection that stands, from the end of its handshake to its loss, on its link's loop. All that
 * is in flight belongs to it and ends with it: no queue, number or answer outlives a connection.
 */
public final class Channel {
  private static final int DRAIN = 1024;
  private static final long FIRST_MUX_TO_ORIGINALS = 1L << 32;

  private final Remote remote;
  private final EngineSettings settings;
  private final Link link;
  private final Loop loop;
  private final Runner runner;
  private final Extensions extensions;
  private final Generation peer;
  private final Origin origin;
  private final Parting parting;
  private final Outbox<Work> outbox;
  private final Budget budget;
  private final Gate room;
  private final Outlet outlet;
  private final Wheel wheel;
  private final PendingTable pending;
  private final MuxTable<ServerMux> serving;
  private final MuxTable<ServerCall> running;
  private final Received received;
  private final Windows windows;
  private int leaving; // handlers of streams that are over and have not returned
  private final Parts partsToServer;
  private final Parts partsToClient;
  private int refusedInRow; // since a handler was started
  private long partsUnsaid; // bytes of parts taken that the peer does not know of
  private final Inbound inbound;
  private final Counts counts = new Counts();
  private final Loop.Timer pingTimer;
  private final Loop.Timer muxTimer;
  private long lastPong;
  private long lastPing;
  private long pingsDue; // when the timer of each was to fire
  private long muxesDue;
  private long pingSent;
  private volatile boolean wasSilent; // which is why it ended
  private volatile long roundTripNanos = -1;
  private volatile boolean confirmed; // the peer is known to have taken it
  private volatile @Nullable SennitException ended;

  /**
   * Takes over a link whose handshake has just ended; on its loop.
   *
   * @param extensions in force between the two
   * @param peer how to talk to a peer without extensions
   * @param origin how it came about
   */
  Channel(Remote remote, Link link, Extensions extensions, Generation peer, Origin origin) {
    this.remote = remote;
    this.settings = remote.grid().settings();
    this.link = link;
    this.loop = link.loop();
    this.runner = remote.grid().runner();
    this.extensions = extensions;
    this.peer = peer;
    this.origin = origin;
    this.confirmed = !origin.dialed();
    this.parting = new Parting(this);
    this.budget = new Budget(settings.queueBytes());
    this.room = new Gate(runner);
    this.outlet =
        new Outlet(
            link,
            budget,
            room,
            settings.checksums(remote.host()),
            extensions.has(Extensions.PARTS),
            extensions.isSennit()
                ? Integer.MAX_VALUE
                : peer == Generation.S24 ? MessageBatch.MERGE_S24 : MessageBatch.MERGE_N25);
    this.outbox = new Outbox<>(loop, Long.MAX_VALUE, this::drain); // bounded by the budget
    this.wheel = new Wheel(loop);
    // An original peer may send a stray disconnect for a number of its own: keep away from those.
    this.pending =
        new PendingTable(
            extensions.isSennit()
                ? 1
                : FIRST_MUX_TO_ORIGINALS + loop.random().nextInt(Integer.MAX_VALUE));
    long salt = loop.random().nextLong(); // the peer chooses the numbers, not how they collide
    this.serving = new MuxTable<>(salt);
    this.running = new MuxTable<>(salt);
    this.received = new Received(remote.received(), remote.grid().received());
    this.windows =
        new Windows(new Received(remote.windows(), remote.grid().windows()), settings.window());
    this.partsToServer = new Parts(this, settings.maxMessage(), salt);
    this.partsToClient = new Parts(this, settings.maxMessage(), salt);
    this.inbound = new Inbound(this, remote.grid().targets(), settings);
    this.pingTimer = loop.timer(this::pingTick);
    this.muxTimer = loop.timer(this::muxTick);
  }

  /** Begins to watch over the connection. */
  void start() {
    long now = loop.nanoTime();
    lastPong = now;
    lastPing = now;
    armPings(now);
    armMuxes(now);
  }

  // --- from any thread ---

  /** Hands over work; it learns in {@link Work#tooLate} if the connection has ended meanwhile. */
  public void offer(Work work) {
    if (outbox.offer(work, 0) != Outbox.Offer.TAKEN) {
      try {
        loop.execute(() -> work.tooLate(this, whyEnded()));
      } catch (RejectedExecutionException e) { // the loop has ended too: nobody else is there
        work.tooLate(this, whyEnded());
      }
    }
  }

  /**
   * Begins a call.
   *
   * @return false if it is being left: then another channel must take the call, if there is one
   * @throws NodeBusyException if the queue to this peer is full
   */
  public boolean call(ClientCall call) {
    return begin(call, call.payload().length, call.cost());
  }

  /** Begins a stream; like {@link #call}. */
  public boolean open(ClientMux stream) {
    return begin(stream, stream.firstLength(), stream.cost());
  }

  private boolean begin(Work work, int length, long cost) {
    checkSize(length);
    if (!parting.enter()) {
      return false;
    }
    try {
      reserve(cost);
    } catch (NodeBusyException e) {
      parting.abandoned();
      throw e;
    }
    offer(work);
    return true;
  }

  /** Bytes of the longest payload the peer takes; a longer one would cost the whole connection. */
  long maxPayload() {
    return extensions.maxMessage() > 0 ? extensions.maxMessage() : settings.maxMessage();
  }

  /** Refuses a payload the peer would not take. */
  void checkSize(int length) {
    if (length > maxPayload()) {
      throw new RejectedException(
          "a payload of " + length + " bytes is longer than the peer's " + maxPayload(),
          ErrorContext.peer(remoteHost())
              .with(Outcome.DID_NOT_RUN)
              .withAdvice("Send it as a stream of items, or raise maxMessage on the peer."));
    }
  }

  /** Takes from the queue's budget, or refuses. */
  void reserve(long cost) {
    if (!budget.tryTake(cost)) {
      throw Busy.queue("the queue to the peer is full", budget.max(), remoteHost());
    }
  }

  /** Waits until the queue has room and takes from it; false if the connection has ended. */
  boolean awaitRoom(long cost) throws InterruptedException {
    while (!budget.tryTake(cost)) {
      room.await(() -> budget.hasRoom() || ended != null);
      if (ended != null) {
        return false;
      }
    }
    return ended == null || giveBack(cost);
  }

  private boolean giveBack(long cost) {
    budget.give(cost);
    return false;
  }

  /** The time on its loop's clock, by which deadlines are kept. Any thread. */
  public long now() {
    return loop.inLoop() ? loop.nanoTime() : runner.nanoTime();
  }

  /** Whether it still stands. */
  public boolean isOpen() {
    return ended == null;
  }

  // --- the loop: lifecycle ---

  private void drain() {
    outbox.drain(DRAIN, this::take);
    parting.look();
  }

  private void take(Work work) {
    var why = ended;
    if (why == null) {
      work.arrived(this);
    } else {
      work.tooLate(this, why);
    }
  }

  void message(ByteBuf part, boolean last) throws ProtocolException {
    counts.bytesIn += part.readableBytes();
    inbound.message(part, last);
    if (!confirmed) {
      confirmed = true;
      remote.confirmed(this);
    }
    parting.look();
  }

  void writable() {
    outlet.pump();
    parting.look();
  }

  /** The peer's home loop knows it: a dialer is told so by a first ping. */
  void installed() {
    if (ended == null && !origin.dialed() && extensions.has(Extensions.GOODBYE)) {
      sendPing();
    }
  }

  /** Begins no more calls on it, says so to the peer, and ends it when nothing is in flight. */
  void leave() {
    if (ended == null) {
      parting.begin();
    }
  }

  /** The peer leaves it. */
  void heardGoodbye() {
    remote.goodbye(this); // before its end, which may come at once
    parting.heard();
  }

  /** A call or stream that was begun has come to the loop. */
  void arrived() {
    parting.arrived();
  }

  /** The connection is lost, or given up: everything on it ends, once. */
  void close(SennitException why) {
    if (ended != null) {
      return;
    }
    ended = why;
    outbox.close();
    parting.end();
    pingTimer.cancel();
    muxTimer.cancel();
    for (var one : pending.all()) {
      switch (one) {
        case ClientCall call -> call.lost(why);
        case ClientMux stream -> stream.end(why, io.sennit.core.Outcome.UNKNOWN);
        default -> throw new IllegalStateException("a call or a stream, not " + one);
      }
    }
    for (var stream : serving.all()) {
      stream.drop(why);
    }
    for (var call : running.all()) {
      call.cancel();
      running.remove(call.mux());
    }
    wheel.clear();
    outlet.close();
    inbound.close();
    partsToServer.clear();
    partsToClient.clear();
    counts.messagesOut = outlet.messages();
    counts.bytesOut = outlet.bytes();
    drain(); // what was offered before the outbox closed
    received.close();
    windows.received().close();
    remote.channelEnded(this, why);
  }

  /** Ends the link, cleanly, after what is queued in it. */
  void shutdown(SennitException why) {
    if (ended == null) {
      parting.sayNow();
    }
    outlet.pump();
    close(why);
    link.close();
  }

  /** Ends the link now. */
  void abort(SennitException why) {
    link.abort(why); // closed() follows and closes the channel
  }

  SennitException whyEnded() {
    var why = ended;
    return why != null
        ? why
        : new DisconnectedException("remote disconnected", ErrorContext.peer(remoteHost()));
  }

  // --- the loop: liveness, grid.md §4.8 ---

  /** For the next ping, or for the end of a silent peer, whichever is first. */
  private void armPings(long now) {
    long interval = settings.ping().toNanos();
    long next = Math.min(lastPing + interval, lastPong + 2 * interval);
    pingsDue = Math.max(now, next);
    pingTimer.arm(pingsDue - now);
  }

  private void armMuxes(long now) {
    long quarter = settings.muxPing().toNanos() / 4;
    muxesDue = now + quarter;
    muxTimer.arm(quarter);
  }

  /**
   * By how long this process stood still, as far as a timer shows: that is no silence of the peer,
   * whose messages may lie unread.
   */
  private static long stoodStill(long now, long due, long interval) {
    long late = now - due;
    return late > interval / 4 ? late : 0;
  }

  private void pingTick() {
    long now = loop.nanoTime();
    long interval = settings.ping().toNanos();
    lastPong += stoodStill(now, pingsDue, interval);
    long silent = now - lastPong;
    if (silent >= 2 * interval) {
      wasSilent = true;
      abort(
          new DisconnectedException(
              "remote disconnected: no pong for " + silent / 1_000_000 + " ms",
              ErrorContext.peer(remoteHost())
                  .withAdvice("The peer is stopped, overloaded or unreachable.")));
      return;
    }
    if (now - lastPing >= interval) {
      lastPing = now;
      sendPing();
    }
    armPings(now);
  }

  private void sendPing() {
    pingSent = loop.nanoTime();
    boolean bare = !extensions.isSennit() && peer == Generation.S24;
    outlet.bare(
        Op.PING.code(),
        0,
        0,
        bare ? 5_000 : 10_000,
        bare ? Payload.ABSENT : Pings.ping(loop.wallTime()));
  }

  void ponged() {
    lastPong = loop.nanoTime();
    if (pingSent != 0) {
      roundTripNanos = lastPong - pingSent;
    }
  }

  private void muxTick() {
    long now = loop.nanoTime();
    long interval = settings.muxPing().toNanos();
    long still = stoodStill(now, muxesDue, interval);
    for (var one : pending.all()) {
      if (one instanceof ClientMux stream) {
        stream.excuse(still);
        stream.tick(now, interval);
      }
    }
    for (var stream : serving.all()) {
      stream.excuse(still);
      stream.tick(now, settings.muxLimit().toNanos());
    }
    armMuxes(now);
  }

  // --- the loop: what calls and streams ask of their channel ---

  /** Answers from a handler's thread; waits for room in the queue. */
  void answer(ServerCall call) {
    try {
      if (awaitRoom(call.cost())) {
        offer(call);
        return;
      }
    } catch (InterruptedException e) {
      // Cancelled while it waited: the answer goes out of the bound's way, to be dropped there.
    }
    budget.take(call.cost());
    offer(call);
  }

  void begin(ServerCall call) {
    refusedInRow = 0;
    running.put(call.mux(), call);
    call.start();
  }

  /** Whether the call was still known. */
  boolean finished(ServerCall call) {
    if (running.get(call.mux()) != call) {
      return false;
    }
    running.remove(call.mux());
    return true;
  }

  void begin(ServerMux stream) {
    refusedInRow = 0;
    serving.put(stream.mux(), stream);
    stream.start();
  }

  void served(ServerMux stream) {
    serving.remove(stream.mux());
    partsToServer.drop(stream.mux());
  }

  @Nullable ServerMux serving(long mux) {
    return serving.get(mux);
  }

  @Nullable ServerCall running(long mux) {
    return running.get(mux);
  }

  /** Handlers that run, those among them that nobody waits for any more. */
  int handlers() {
    return running.size() + serving.size() + leaving;
  }

  /** A stream is over before its handler (1), or that handler has returned at last (-1). */
  void leaving(int more) {
    leaving += more;
  }

  /** Tells a Sennit peer that a call's answer is no longer wanted. */
  void tellCancelled(long mux) {
    if (extensions.has(Extensions.CANCEL_CALLS)) {
      outlet.control(Op.DISCONNECT_SERVER_MUX.code(), mux, 0, 0, Payload.ABSENT);
    }
  }

  void part(Envelope part, boolean toServer) {
    if (toServer) {
      if (!partsToServer.add(part)) {
        busyToServer(part);
      }
    } else if (pending.get(part.mux()) == null) { // nobody would ever finish or drop it
      partsTaken(part.payloadLength());
    } else if (!partsToClient.add(part)) {
      busyToClient(part);
    }
  }

  /** Bytes of parts were taken, or skipped: the peer may send as many more. */
  void partsTaken(long bytes) {
    partsUnsaid += bytes;
    if (partsUnsaid >= PartsPace.SAY_EVERY && ended == null) {
      var body = new MsgPackWriter(9).writeInt(partsUnsaid).toBytes();
      outlet.control(Op.PARTS_TAKEN.code(), 0, 0, 0, body);
      partsUnsaid = 0;
    }
  }

  /** The whole payload; null if it was given up here, which the peer has been told. */
  byte @Nullable [] finishParts(Envelope last, boolean toServer) {
    return (toServer ? partsToServer : partsToClient).finish(last);
  }

  /** There is no room for a request, or for an item of a stream. */
  private void busyToServer(Envelope part) {
    var stream = serving.get(part.mux());
    if (stream == null) {
      inbound.refuseBusy(part, Busy.RECEIVED);
    } else {
      stream.busy();
    }
  }

  /** There is no room for an answer, or for a result of a stream. */
  private void busyToClient(Envelope part) {
    var why = Busy.here(Busy.RECEIVED, remoteHost());
    switch (pending.get(part.mux())) {
      case ClientCall call -> {
        call.end(why, Outcome.UNKNOWN);
        tellCancelled(part.mux());
        dropParts(part.mux());
      }
      case ClientMux stream -> stream.stop(why.in(why.context().with(Outcome.UNKNOWN)));
      case null, default -> {
        // it has just ended
      }
    }
  }

  /** After how many milliseconds a peer should try again: the longer the more it was refused. */
  int retryMillis() {
    int base = Busy.FIRST_MS << Math.min(Busy.DOUBLINGS, refusedInRow++ / 64);
    return base / 2 + loop.random().nextInt(base);
  }

  void dropPartsToServer(long mux) {
    partsToServer.drop(mux);
  }

  void dropParts(long mux) {
    partsToClient.drop(mux);
  }

  /** A pong's time field: present unless the peer is of the older generation. */
  Optional<java.time.Instant> pongTime(byte[] ping) {
    return !extensions.isSennit() && peer == Generation.S24
        ? Optional.empty()
        : Optional.of(ping.length == 0 ? WireTime.ZERO : Pings.pingTime(ping));
  }

  // --- what is where ---

  /** Whether stream credit counts bytes. */
  boolean byteCredits() {
    return extensions.has(Extensions.BYTE_CREDITS);
  }

  /** Bytes that callers who do not wait may queue on one stream. */
  long streamQueue() {
    return Math.max(64 * 1024, budget.max() / 8);
  }

  Windows windows() {
    return windows;
  }

  /** What the peer makes this side hold. */
  Received received() {
    return received;
  }

  long peerWindow() {
    return extensions.window();
  }

  /** What is in force beyond the original protocol. */
  public Extensions extensions() {
    return extensions;
  }

  Remote remote() {
    return remote;
  }

  Link link() {
    return link;
  }

  /** Whether it ended because no ping was answered. */
  boolean wasSilent() {
    return wasSilent;
  }

  /** How it came about. */
  Origin origin() {
    return origin;
  }

  /** Whether the peer is known to have taken it. */
  boolean isConfirmed() {
    return confirmed;
  }

  /** Whether the peer or this side has said goodbye. */
  public boolean isLeft() {
    return parting.isLeft();
  }

  /** Where the peer is: what its host string says, or where it dialed from if it only dials. */
  Address address() {
    return switch (remote.standing()) {
      case LISTED, LEARNED -> HostText.address(remoteHost());
      case CLIENT, GUEST -> link.peer().address();
    };
  }

  /** The peer's host string. */
  public String remoteHost() {
    return remote.host();
  }

  /** Its loop. */
  public Loop loop() {
    return loop;
  }

  Runner runner() {
    return runner;
  }

  Outlet outlet() {
    return outlet;
  }

  Wheel wheel() {
    return wheel;
  }

  PendingTable pending() {
    return pending;
  }

  Budget budget() {
    return budget;
  }

  Counts counts() {
    if (ended == null) {
      counts.messagesOut = outlet.messages();
      counts.bytesOut = outlet.bytes();
    }
    return counts;
  }

  int incomingStreams() {
    return serving.size();
  }

  int runningCalls() {
    return running.size();
  }

  long roundTripNanos() {
    return roundTripNanos;
  }

  /** What is half sent or in flight: all zero when nothing is. For tests. */
  int openThings() {
    return pending.size()
        + serving.size()
        + running.size()
        + partsToServer.size()
        + partsToClient.size();
  }
}
