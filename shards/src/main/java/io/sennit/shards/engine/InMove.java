package io.sennit.shards.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Outbox.Offer;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.own.Hello.Holding;
import io.sennit.shards.wire.own.Own;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * State on its way to this node: pieces are loaded on the shard's lane in order, the link is not
 * read while too much waits there, and count and hash must agree. docs/protocol/shards.md §8.3.
 */
final class InMove implements EventPort.User {
  private static final int MOST_WAITING = 1024;
  private static final long MOST_BYTES = 1 << 20;
  private static final long TELL = TimeUnit.MILLISECONDS.toNanos(500);

  final long move;
  final String token;
  private final NodeEngine node;
  private final Hosted hosted;
  private final StateHash hash = new StateHash();
  private @Nullable EventPort port;
  private boolean paused;
  private boolean ended;
  private volatile @Nullable Throwable loadFailure;
  private long toldAt;
  Own.@Nullable Received result;

  InMove(NodeEngine node, Hosted hosted, long move, String token) {
    this.node = node;
    this.hosted = hosted;
    this.move = move;
    this.token = token;
  }

  /** The link that carries the state has come; a second one is refused. */
  void begin(EventPort from) {
    if (port != null) {
      from.abort(refused("the state of this move is coming already"));
      return;
    }
    port = from;
    from.hand(this);
  }

  private static RejectedException refused(String why) {
    return new RejectedException(why, ErrorContext.NONE);
  }

  @Override
  public void event(EventPort from, EventMessage message) {
    if (ended || !(message instanceof EventMessage.Raw raw)) {
      return;
    }
    if (raw.type().equals(Own.PIECE)) {
      piece(raw.rawBody());
    } else if (raw.type().equals(Own.EVENT)
        && Own.CODEC.decode(raw.rawBody()) instanceof Own.End e) {
      end(e);
    }
  }

  private void piece(byte[] piece) {
    hash.add(piece);
    var answer = hosted.slot.offer(() -> load(piece), piece.length, () -> loaded());
    if (answer != Offer.TAKEN) {
      fail("the shard's lane took no more");
      return;
    }
    var lane = hosted.slot.lane;
    if (!paused && (lane.pending() > MOST_WAITING || lane.pendingBytes() > MOST_BYTES)) {
      paused = true;
      port().read(false);
    }
    long now = node.loop().nanoTime();
    if (now - toldAt > TELL) {
      toldAt = now;
      node.tell(new Own.Progress(move, hash.count(), hash.bytes()));
    }
  }

  private EventPort port() {
    return java.util.Objects.requireNonNull(port);
  }

  /** On the lane. A piece that cannot be loaded fails the move: no state is lost unsaid. */
  private void load(byte[] piece) {
    var state = hosted.state;
    if (loadFailure != null || state == null) {
      return;
    }
    try {
      node.code().load(state, piece);
    } catch (Exception | Error e) {
      loadFailure = e;
    }
  }

  private void loaded() {
    var lane = hosted.slot.lane;
    if (paused && lane.pending() < MOST_WAITING / 2 && lane.pendingBytes() < MOST_BYTES / 2) {
      paused = false;
      port().read(true);
    }
  }

  private void end(Own.End end) {
    ended = true;
    if (end.count() != hash.count() || end.bytes() != hash.bytes() || end.hash() != hash.hash()) {
      fail(
          "%d pieces of %d bytes came, not %d of %d, or their hash differs"
              .formatted(hash.count(), hash.bytes(), end.count(), end.bytes()));
      return;
    }
    hosted.slot.run(() -> {}, this::whole);
  }

  private void whole() {
    var failure = loadFailure;
    if (failure != null) {
      fail("a piece could not be loaded: " + failure);
      return;
    }
    if (hosted.in == this && result == null) {
      hosted.holding = Holding.RECEIVED;
      result = new Own.Received(move, hash.count(), hash.bytes(), hash.hash(), true, "");
      node.tell(result);
      close();
    }
  }

  private void fail(String why) {
    ended = true;
    if (result == null) {
      result = new Own.Received(move, hash.count(), hash.bytes(), 0, false, why);
      node.tell(result);
    }
    var from = port;
    if (from != null) {
      from.abort(refused(why));
    }
  }

  /** Ends the link, if there is one. */
  void close() {
    ended = true;
    var from = port;
    if (from != null) {
      from.close();
    }
  }

  @Override
  public void bad(EventPort from, ProtocolException why) {
    fail(String.valueOf(why.getMessage()));
  }

  @Override
  public void closed(EventPort from, Optional<SennitException> why) {
    if (!ended) {
      fail("the link with the state ended: " + why.map(SennitException::what).orElse("closed"));
    }
  }
}
