package io.sennit.sim;

import io.netty.buffer.Unpooled;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.link.BytePipe;
import io.sennit.core.link.FrameQueue;
import io.sennit.core.link.HalfOpen;
import io.sennit.core.link.MessageLink;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Peer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection: the socket of its process. First it carries an {@link Opener}, then a
 * link; who accepts gets its link when the opening is done.
 */
final class SimPipe implements BytePipe, HalfOpen.Half {
  private static final int READ_BATCH = 64 << 10;

  /** How long a link may go on sending when its fabric closes. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  /** Stall times that the kernel waits for: the link's own watch, which knows more, comes first. */
  private static final int PATIENCE = 2;

  private enum State {
    OPENING,
    CARRYING, // a link that is open
    GONE
  }

  private final Life life;
  private final Simulation simulation;
  private final LinkSpec spec;
  private final boolean dialer;
  private final Event limit; // of the phase it is in: connect, handshake
  private final Runnable turnEnded = this::turnEnded;
  private SimLoop loop;
  private Peer peer;
  private State state = State.OPENING;
  private @Nullable MessageLink link;
  private @Nullable Opener opener;
  private @Nullable TcpConnection connection;
  private @Nullable Flow out;
  private @Nullable Flow in;
  private String phase = "connecting";
  private long allowedNanos;
  private long sent;
  private boolean reading = true;
  private boolean readPosted;
  private boolean blocked; // more waits than the kernel took
  private final long bornNanos;
  private boolean heard; // any byte

  SimPipe(Life life, SimLoop loop, LinkSpec spec, boolean dialer, Peer peer) {
    this.life = life;
    this.simulation = life.simulation();
    this.loop = loop;
    this.spec = spec;
    this.dialer = dialer;
    this.peer = peer;
    this.limit = Event.of(life, () -> post(this::limitReached));
    this.bornNanos = simulation.now();
    life.opened(this);
  }

  // ---- opening

  Life life() {
    return life;
  }

  LinkSpec spec() {
    return spec;
  }

  SimLoop loop() {
    return loop;
  }

  Peer peer() {
    return peer;
  }

  void opener(Opener now) {
    opener = now;
  }

  void placed(SimLoop on) {
    loop = on;
  }

  /** Input of the loop it lives on by then: an accepted connection may have been placed anew. */
  private void post(Runnable what) {
    var on = loop;
    on.input(
        () -> {
          if (on == loop) {
            what.run();
          } else {
            post(what);
          }
        });
  }

  void peer(Peer known) {
    peer = known;
  }

  void joined(TcpConnection to, Flow outbound, Flow inbound) {
    connection = to;
    out = outbound;
    in = inbound;
  }

  @Nullable Flow outbound() {
    return out;
  }

  /** Begins a phase of the opening. */
  void phase(String name) {
    phase = name;
  }

  /** Starts the clock; the one before is over. */
  void limit(Duration allowed) {
    allowedNanos = allowed.toNanos();
    simulation.after(limit, allowedNanos);
  }

  private void limitReached() {
    if (state == State.OPENING) {
      fail("timed out in " + phase + ", allowed were " + allowedNanos / 1_000_000 + " ms");
    }
  }

  /** Bytes of the opening: few, so they need no room. */
  void writeRaw(byte[] bytes) {
    if (out != null) {
      out.write(bytes, 0, bytes.length);
    }
  }

  /** The link it carries, made at its first use; on its loop if it was accepted. */
  MessageLink link(LinkSpec bounds) {
    var known = link;
    if (known == null) {
      known = new MessageLink(loop, bounds, dialer, peer, this, simulation.listener());
      link = known;
    }
    return known;
  }

  /** Ready for messages; {@code rest} came with the last of the opening. */
  void open(byte[] rest) {
    simulation.cancel(limit);
    opener = null;
    if (state == State.GONE || link == null) {
      return;
    }
    state = State.CARRYING;
    link.open(peer);
    if (rest.length > 0) {
      deliver(rest);
      link.receivedAll();
    }
    arrived();
  }

  /** The opening failed: whatever it was for did not run. */
  void fail(String why) {
    fail(new DisconnectedException(why, context()));
  }

  void fail(SennitException why) {
    if (state == State.OPENING) {
      if (link == null) {
        drop();
      } else {
        link.fail(why);
      }
    }
  }

  /** Says the last word of an opening that failed, and ends. */
  void refuse(byte[] lastWords) {
    writeRaw(lastWords);
    if (out != null) {
      out.end();
    }
    gone();
  }

  // ---- reading

  /** Something came: bytes, or their end. Any moment. */
  void arrived() {
    if (!readPosted && state != State.GONE) {
      readPosted = true;
      post(this::read);
    }
  }

  private void read() {
    readPosted = false;
    var from = in;
    if (from == null) {
      return;
    }
    boolean any = false;
    for (int budget = READ_BATCH; budget > 0 && mayRead(); ) {
      var bytes = from.read(budget);
      if (bytes == null) {
        break;
      }
      budget -= bytes.length;
      if (state == State.OPENING) {
        opening(bytes);
      } else {
        deliver(bytes);
        any = true;
      }
    }
    if (any && link != null) {
      link.receivedAll();
    }
    if (!mayRead()) {
      return;
    }
    if (from.hasArrived()) {
      arrived();
    } else if (from.isAtEnd()) {
      peerEnded();
    }
  }

  private boolean mayRead() {
    return switch (state) {
      case OPENING -> opener != null && opener.isReading();
      case CARRYING -> reading;
      case GONE -> false;
    };
  }

  private void opening(byte[] bytes) {
    var with = opener;
    if (with == null) {
      return;
    }
    heard = true;
    try {
      with.read(bytes);
    } catch (ProtocolException e) {
      fail(phase + ": " + e.what());
    }
  }

  private void deliver(byte[] bytes) {
    if (link == null) {
      return;
    }
    var buffer = Unpooled.wrappedBuffer(bytes);
    link.received(buffer);
    if (buffer.refCnt() != 1) {
      throw new AssertionError("a lent buffer was retained or released: copy what you keep");
    }
    buffer.release();
    // Who kept a part of what was lent finds rubbish there.
    Arrays.fill(bytes, (byte) 0xdd);
  }

  private void peerEnded() {
    if (state == State.OPENING) {
      fail("the peer ended the connection in " + phase);
    } else if (link != null) {
      link.peerEnded();
    }
  }

  // ---- what the link asks for

  @Override
  public void send(FrameQueue frames) {
    if (out == null) {
      return;
    }
    int n = (int) Math.min(Math.max(0, out.space()), frames.bytes());
    if (n > 0) {
      var bytes = new byte[n];
      frames.copyTo(ByteBuffer.wrap(bytes));
      frames.drop(n);
      sent += n;
      out.write(bytes, 0, n);
    }
    blocked = frames.bytes() > 0;
  }

  @Override
  public long underWay() {
    return 0;
  }

  @Override
  public long progress() {
    return sent;
  }

  @Override
  public void flushAtTurnEnd() {
    loop.flushAtEnd(turnEnded);
  }

  private void turnEnded() {
    if (link != null) {
      link.turnEnded();
    }
  }

  @Override
  public void read(boolean on) {
    reading = on;
    if (on) {
      arrived();
    }
  }

  @Override
  public void end() {
    if (out != null) {
      out.end();
    }
    if (link != null) {
      link.endSaid();
    }
  }

  @Override
  public void reset() {
    if (state != State.GONE) {
      if (out != null) {
        out.reset();
      }
      gone();
    }
  }

  @Override
  public void drop() {
    if (in != null && in.hasArrived()) {
      reset(); // as a kernel does whose bytes nobody has read
    } else if (state != State.GONE) {
      if (out != null) {
        out.end();
      }
      gone();
    }
  }

  @Override
  public void later(Runnable task) {
    loop.input(task);
  }

  @Override
  public void unexpected(String where, Throwable thrown) {
    simulation.uncaught(thrown, loop + ", " + where);
    simulation.listener().loopFailed(loop.toString(), thrown);
    if (thrown instanceof Error error) {
      throw error; // an assertion of a test: the run ends here
    }
  }

  /** Whether what the peer frees may be filled again. */
  boolean wantsSpace() {
    return state == State.CARRYING && blocked;
  }

  /** The peer read something, so the kernel takes more. */
  void spaceFreed() {
    post(
        () -> {
          if (link != null && state == State.CARRYING) {
            link.bytesLeft();
          }
        });
  }

  /** How long its kernel sends without an acknowledgement before it gives the connection up. */
  long patienceNanos() {
    return state == State.CARRYING ? PATIENCE * spec.stall().toNanos() : Long.MAX_VALUE;
  }

  // ---- ending

  /** Its fabric was closed under it: what is queued leaves and the end is said. */
  void fabricClosed(SennitException why) {
    post(
        () -> {
          if (link == null) {
            reset();
          } else {
            link.endWithin(LAST_WORDS, why);
          }
        });
  }

  /** It has not ended in the time that a closed fabric gives it. */
  void fabricCutOff(SennitException why) {
    post(
        () -> {
          if (link == null) {
            reset();
          } else {
            link.abort(why);
          }
        });
  }

  /** The process died: its kernel says so, or nobody does. */
  void processDied(boolean silently, boolean politely) {
    if (state == State.GONE) {
      return;
    }
    if (link != null) {
      link.forget();
    }
    if (out != null) {
      if (silently) {
        out.dropAll();
      } else if (politely) {
        out.end();
      } else {
        out.reset();
      }
    }
    gone();
  }

  /** The network says it is over; what has arrived may or may not still be read. */
  void reset(String why) {
    if (state != State.GONE) {
      post(
          () -> {
            if (state == State.CARRYING && link != null) {
              link.lost(
                  new DisconnectedException(why, ErrorContext.peer(peer.address().toString())));
            } else {
              fail(why);
            }
          });
    }
  }

  /** Whether the peer's certificate is one that nobody trusts, by its word in the handshake. */
  boolean isForged(String word) {
    boolean forged = word.equals("forged");
    if (forged && connection != null) {
      var peer = connection.dialer == this ? connection.acceptor : connection.dialer;
      peer.life().machine().distrustIsMet();
    }
    return forged;
  }

  void cutConnection() {
    if (connection != null) {
      connection.cut();
    }
  }

  private void gone() {
    state = State.GONE;
    opener = null;
    if (in != null) {
      in.dropArrived();
    }
    simulation.cancel(limit);
    life.ended(this);
    if (connection != null) {
      connection.endGone();
    }
  }

  /** Ends it, unless it has opened meanwhile: another one needs its place. */
  void giveWay() {
    post(
        () -> {
          if (state == State.OPENING) {
            reset();
          }
        });
  }

  @Override
  public boolean isSilent() {
    return !heard;
  }

  @Override
  public long bornNanos() {
    return bornNanos;
  }

  boolean isGone() {
    return state == State.GONE || life.isDead();
  }

  boolean isOpening() {
    return state == State.OPENING;
  }

  /** Of a dial that did not succeed, or of a connection nobody accepted. */
  ErrorContext context() {
    return ErrorContext.peer(peer.address().toString()).with(Outcome.DID_NOT_RUN);
  }

  @Override
  public String toString() {
    return life.name() + (dialer ? "->" : "<-") + peer.address();
  }
}
