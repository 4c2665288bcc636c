package io.sennit.session.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.session.SessionReason;
import io.sennit.session.wire.SessionFrame;
import io.sennit.session.wire.SessionFrames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a peer with the relays on it. Who dialed it opens relays, and is the parent in
 * all of them. While there are relays both sides show that they are alive, and a side that hears
 * nothing ends the line.
 */
final class Line implements Link.Handler {
  /** A frame that the pipe has not taken yet. */
  private record Waiting(byte[] frame, @Nullable Part part) {}

  private final SessionEngine engine;
  private final @Nullable Address dialed;
  private final LinkedHashMap<Long, Relay> relays = new LinkedHashMap<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final Alarm beat;
  private final Alarm idle;
  private @Nullable Pipe pipe;
  private boolean closed;
  private boolean wasSilent;
  private long nextRelay = 1;
  private long highestRelay; // that the peer has opened
  private long waitingBytes;
  private long lastHeard;
  private long lastBeat;
  private boolean saidSomething;
  private byte[] held = new byte[0];
  private int heldBytes;

  /**
   * A line that is not open yet.
   *
   * @param dialed whom this side dials; null: it was accepted
   */
  Line(SessionEngine engine, @Nullable Address dialed) {
    this.engine = engine;
    this.dialed = dialed;
    this.beat = new Alarm(engine.wheel(), this::beat);
    this.idle = new Alarm(engine.wheel(), this::leave);
  }

  boolean isDialed() {
    return dialed != null;
  }

  boolean isOpen() {
    return pipe != null && !closed;
  }

  boolean isClosed() {
    return closed;
  }

  int relays() {
    return relays.size();
  }

  @Override
  public void opened(Link link) {
    opened(new Pipe.OfLink(link));
  }

  void opened(Pipe carrier) {
    pipe = carrier;
    if (engine.isClosed()) {
      carrier.close();
      return;
    }
    lastHeard = engine.now();
    if (relays.isEmpty()) {
      idle.arm(engine.settings().idle().toNanos());
    } else {
      startBeating();
    }
    for (var relay : new ArrayList<>(relays.values())) {
      relay.lineOpened();
    }
  }

  @Override
  public void message(Link link, ByteBuf part, boolean last) {
    int n = part.readableBytes();
    if (last && heldBytes == 0) {
      var frame = new byte[n];
      part.readBytes(frame);
      frame(frame);
      return;
    }
    if (held.length - heldBytes < n) {
      held = Arrays.copyOf(held, Math.max(heldBytes + n, 2 * heldBytes));
    }
    part.readBytes(held, heldBytes, n);
    heldBytes += n;
    if (last) {
      var frame = Arrays.copyOf(held, heldBytes);
      held = new byte[0];
      heldBytes = 0;
      frame(frame);
    }
  }

  void frame(byte[] bytes) {
    if (closed) {
      return;
    }
    lastHeard = engine.now();
    try {
      take(SessionFrames.decode(bytes));
    } catch (ProtocolException e) {
      engine.badInput(e);
      abort(e);
    }
  }

  private void take(SessionFrame frame) {
    if (frame instanceof SessionFrame.Alive) {
      return;
    }
    if (frame instanceof SessionFrame.Open open) {
      accept(open);
      return;
    }
    var relay = relays.get(frame.relay());
    if (relay != null) {
      relay.take(frame);
    } else if (frame.relay() >= (isDialed() ? nextRelay : highestRelay + 1)) {
      throw new ProtocolException("relay", 0, frame.relay() + " was never opened");
    } // else it ended here while the frame was on its way
  }

  private void accept(SessionFrame.Open open) {
    if (isDialed()) {
      throw new ProtocolException("frame type", 0, "the acceptor of a link opens no relays");
    }
    if (open.relay() <= highestRelay) {
      throw new ProtocolException("relay", 0, open.relay() + " has been opened before");
    }
    highestRelay = open.relay();
    if (relays.size() >= engine.settings().maxRelays()) {
      write(
          new SessionFrame.End(open.relay(), SessionReason.BUSY, "too many relays on one link"),
          null);
      return;
    }
    engine.accept(this, open);
  }

  /** A number for a relay that this side opens. */
  long nextRelay() {
    return nextRelay++;
  }

  void add(Relay relay) {
    relays.put(relay.id(), relay);
    idle.cancel();
    if (isOpen() && !beat.isArmed()) {
      lastHeard = engine.now();
      startBeating();
    }
  }

  void remove(Relay relay) {
    if (engine.settings().has(SessionSettings.Planted.RELAY_LEAKED) && relay.id() == 1) {
      return;
    }
    relays.remove(relay.id(), relay);
    if (relays.isEmpty()) {
      beat.cancel();
      if (!closed) {
        long nanos = engine.settings().idle().toNanos();
        idle.arm(isDialed() ? nanos : 4 * nanos); // who dialed it leaves first
      }
    }
  }

  private void startBeating() {
    lastBeat = engine.now();
    beat.arm(engine.settings().heartbeat().toNanos());
  }

  private void beat() {
    long now = engine.now();
    long interval = engine.settings().heartbeat().toNanos();
    if (now - lastBeat > 2 * interval) {
      lastHeard = now; // this process stood still: others are not to blame
    }
    lastBeat = now;
    if (now - lastHeard > engine.settings().silence().toNanos()) {
      wasSilent = true;
      abort(
          new DisconnectedException(
              "nothing was heard for " + engine.settings().silence().toMillis() + " ms",
              ErrorContext.peer(peer())));
      return;
    }
    if (!saidSomething) {
      write(new SessionFrame.Alive(), null);
    }
    saidSomething = false;
    beat.arm(interval);
  }

  private String peer() {
    return dialed == null ? "" : dialed.toString();
  }

  private void leave() {
    if (relays.isEmpty()) {
      close();
    }
  }

  /** Whether so many bytes more may wait for the pipe. */
  boolean hasRoom(int bytes) {
    return waiting.isEmpty() || waitingBytes + bytes <= engine.settings().lineBytes();
  }

  /**
   * Sends a frame, as soon as the pipe takes it.
   *
   * @param part what the frame forwards; it is left out if that is not wanted any more by then
   */
  void write(SessionFrame frame, @Nullable Part part) {
    write(SessionFrames.encode(frame), part);
  }

  void write(byte[] frame, @Nullable Part part) {
    if (closed) {
      return;
    }
    saidSomething = true;
    waiting.add(new Waiting(frame, part));
    waitingBytes += frame.length;
    drain();
    if (waitingBytes > 2 * engine.settings().lineBytes()) {
      abort(
          new RejectedException(
              "the peer takes neither answers nor signs of life", ErrorContext.peer(peer())));
    }
  }

  private void drain() {
    var carrier = pipe;
    while (carrier != null && !closed && carrier.writable() && !waiting.isEmpty()) {
      var next = waiting.remove();
      waitingBytes -= next.frame.length;
      var part = next.part;
      if (part == null || part.isWanted()) {
        if (part != null) {
          part.written();
        }
        carrier.write(next.frame);
      }
    }
  }

  @Override
  public void writable(Link link) {
    drain();
  }

  /** Ends it in peace. */
  void close() {
    if (pipe != null && !closed) {
      drain();
      pipe.close();
    }
  }

  void abort(SennitException why) {
    var carrier = pipe;
    if (carrier != null) {
      carrier.abort(why);
    }
  }

  @Override
  public void closed(Link link, Optional<SennitException> why) {
    closed(why);
  }

  void closed(Optional<SennitException> why) {
    if (closed) {
      return;
    }
    closed = true;
    beat.cancel();
    idle.cancel();
    waiting.clear();
    waitingBytes = 0;
    held = new byte[0];
    engine.lines().forget(this);
    var text = why.map(SennitException::what).orElse("the peer ended the connection");
    boolean wasOpen = pipe != null;
    for (var relay : new ArrayList<>(relays.values())) {
      relay.lineLost(wasOpen && !wasSilent, text);
    }
    relays.clear();
  }
}
