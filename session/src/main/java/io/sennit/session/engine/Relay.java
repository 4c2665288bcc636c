package io.sennit.session.engine;

import io.sennit.core.ProtocolException;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import io.sennit.session.wire.SessionFrame;
import io.sennit.session.wire.SessionFrame.Ack;
import io.sennit.session.wire.SessionFrame.End;
import io.sennit.session.wire.SessionFrame.Forward;
import io.sennit.session.wire.SessionFrame.News;
import io.sennit.session.wire.SessionFrame.Open;
import io.sennit.session.wire.SessionFrame.Opened;
import io.sennit.session.wire.SessionFrame.Verdict;
import io.sennit.session.wire.SessionFrames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * One end of a relay: what a session has with one node directly above or below it. Seed: {@code
 * session.Relay}, of the kind that sends with an acknowledgement.
 */
final class Relay {
  /** Which side of the session the other node is on. */
  enum Side {
    ABOVE,
    BELOW
  }

  /** How far it is. */
  enum State {
    OPENING,
    OPEN,
    ENDED
  }

  /** Why it ended without the session's doing. */
  enum Loss {
    /** The connection broke that had worked. */
    BROKEN,
    /** Nothing was heard, or the peer could not be reached. */
    SILENT,
    /** The other side said that it ends. */
    ENDED
  }

  private final Session session;
  private final Line line;
  private final long id;
  private final OverlayAddress distant;
  private final Side side;
  private final Alarm opening;
  private final ArrayDeque<Part> waiting = new ArrayDeque<>(); // until it is open
  private final LinkedHashMap<Long, Part> outstanding = new LinkedHashMap<>();
  private final LinkedHashMap<Long, List<Verdict>> answers = new LinkedHashMap<>();
  private final Runnable flush = this::flush;
  private SessionFrame.@org.jspecify.annotations.Nullable Open ask;
  private State state;
  private long nextForward = 1;

  private Relay(
      Session session, Line line, long id, OverlayAddress distant, Side side, State state) {
    this.session = session;
    this.line = line;
    this.id = id;
    this.distant = distant;
    this.side = side;
    this.state = state;
    this.opening =
        new Alarm(
            session.engine().wheel(),
            () -> lost(Loss.SILENT, SessionReason.UNREACHABLE, "the relay was not set up in time"));
  }

  /** A relay to a child, which is asked now. */
  static Relay below(Session session, Line line, OverlayAddress child, Open ask, long withinNanos) {
    var relay = new Relay(session, line, ask.relay(), child, Side.BELOW, State.OPENING);
    relay.ask = ask;
    line.add(relay);
    relay.opening.arm(withinNanos);
    if (line.isOpen()) {
      relay.lineOpened();
    }
    return relay;
  }

  /** A relay that a parent has opened. */
  static Relay above(Session session, Line line, long id, OverlayAddress parent) {
    var relay = new Relay(session, line, id, parent, Side.ABOVE, State.OPEN);
    line.add(relay);
    line.write(new Opened(id), null);
    return relay;
  }

  long id() {
    return id;
  }

  /** The node at the other end. Seed: {@code GetDistantAddress}. */
  OverlayAddress distant() {
    return distant;
  }

  Side side() {
    return side;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  /** Whether the other side may know of it. */
  boolean wasAsked() {
    return ask == null;
  }

  /** Nobody waits for the answer any longer. */
  void forget(long forward, Part part) {
    outstanding.remove(forward, part);
  }

  int outstanding() {
    return outstanding.size() + waiting.size();
  }

  void lineOpened() {
    var open = ask;
    if (open != null && state == State.OPENING) {
      ask = null;
      line.write(open, null);
    }
  }

  /** The line is gone. */
  void lineLost(boolean broken, String text) {
    lost(broken ? Loss.BROKEN : Loss.SILENT, SessionReason.UNREACHABLE, text);
  }

  private void lost(Loss how, SessionReason reason, String text) {
    if (state == State.ENDED) {
      return;
    }
    boolean wasOpen = state == State.OPEN;
    if (how == Loss.SILENT && wasAsked()) {
      line.write(new End(id, SessionReason.UNREACHABLE, "given up"), null);
    }
    end();
    session.relayLost(this, wasOpen, how, reason, text);
  }

  /** Takes it off its line; the parts on it are still to be taken. */
  private void end() {
    state = State.ENDED;
    opening.cancel();
    line.remove(this);
    answers.clear();
  }

  /** Ends it from this side. */
  void close(SessionReason reason, String text) {
    if (state == State.ENDED) {
      return;
    }
    flush();
    if (wasAsked()) {
      line.write(new End(id, reason, text), null);
    }
    end();
    waiting.clear();
    outstanding.clear();
  }

  /** What was given to it and has no answer; it forgets them. */
  List<Part> takeParts() {
    var parts = new ArrayList<Part>(outstanding.values());
    parts.addAll(waiting);
    outstanding.clear();
    waiting.clear();
    return parts;
  }

  /** Sends a part, or answers it at once. */
  void forward(Part part) {
    if (state == State.OPENING) {
      waiting.add(part);
      return;
    }
    var transit = part.transit();
    long left = transit.deadline() - session.engine().now();
    long budget = left - Math.min(session.settings().hop().toNanos(), left / 8);
    long number = nextForward++;
    var frame =
        SessionFrames.encode(
            new Forward(
                id,
                number,
                transit.source(),
                Math.max(0, budget / 1_000),
                transit.hops() - 1,
                part.targets(),
                transit.message()));
    if (!line.hasRoom(frame.length)) {
      for (int index : part.abandon()) {
        transit.failed(index, SessionReason.BUSY, session.me() + " holds too much for " + distant);
      }
      return;
    }
    outstanding.put(number, part);
    part.on(this, number);
    line.write(frame, part);
  }

  void take(SessionFrame frame) {
    switch (frame) {
      case Opened _ -> opened();
      case End end -> lost(Loss.ENDED, end.reason(), end.text());
      case Forward forward -> {
        requireOpen("forward");
        session.forwarded(this, forward);
      }
      case Ack ack -> {
        requireOpen("ack");
        acknowledged(ack);
      }
      case News news -> {
        requireOpen("news");
        if (side == Side.ABOVE) {
          throw new ProtocolException("frame type", 0, "news come from below");
        }
        session.news(news.about(), news.reason(), news.text());
      }
      case SessionFrame.Pulse pulse -> {
        requireOpen("pulse");
        if (side == Side.BELOW) {
          throw new ProtocolException("frame type", 0, "pulses come from above");
        }
        session.pulsed(pulse.number());
      }
      case Open _, SessionFrame.Alive _ -> throw new IllegalStateException("not a relay's");
    }
  }

  private void requireOpen(String frame) {
    if (state != State.OPEN) {
      throw new ProtocolException("frame type", 0, frame + " on a relay that is not open");
    }
  }

  private void opened() {
    if (side == Side.ABOVE || state != State.OPENING || ask != null) {
      throw new ProtocolException("frame type", 0, "nobody asked to open this relay");
    }
    state = State.OPEN;
    opening.cancel();
    session.childOpened(this);
    for (var part = waiting.poll(); part != null; part = waiting.poll()) {
      if (part.isWanted()) {
        forward(part);
      }
    }
  }

  private void acknowledged(Ack ack) {
    if (ack.id() >= nextForward) {
      throw new ProtocolException("id", 0, ack.id() + " was never forwarded");
    }
    var part = outstanding.get(ack.id());
    if (part == null) {
      return; // given up here while the answer was on its way
    }
    for (var verdict : ack.verdicts()) {
      if (!part.answer(verdict.index())) {
        throw new ProtocolException(
            "index", 0, verdict.index() + " of " + part.size() + " is not waited for");
      }
    }
    if (part.isAnswered()) {
      outstanding.remove(ack.id());
    }
    for (var verdict : ack.verdicts()) {
      session.answered(this, part.transit(), part.index(verdict.index()), verdict);
    }
  }

  /** Answers a destination of what came over this relay; answers of one turn go together. */
  void answer(long forward, int index, SendFate fate, SessionReason reason, String text) {
    if (state == State.ENDED) {
      return;
    }
    if (answers.isEmpty()) {
      session.engine().loop().atTurnEnd(flush);
    }
    answers
        .computeIfAbsent(forward, _ -> new ArrayList<>())
        .add(new Verdict(index, fate, reason, text));
  }

  private void flush() {
    if (state != State.ENDED) {
      answers.forEach((forward, verdicts) -> line.write(new Ack(id, forward, verdicts), null));
      answers.clear();
    }
  }

  void pulse(long number) {
    if (state == State.OPEN) {
      line.write(new SessionFrame.Pulse(id, number), null);
    }
  }

  void tell(OverlayAddress about, SessionReason reason, String text) {
    if (state == State.OPEN) {
      line.write(new News(id, about, reason, text), null);
    }
  }

  @Override
  public String toString() {
    return side + " " + distant + " " + state;
  }
}
