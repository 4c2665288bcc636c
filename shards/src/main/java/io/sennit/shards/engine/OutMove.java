package io.sennit.shards.engine;

import io.sennit.core.Address;
import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Gate;
import io.sennit.core.loop.Outbox;
import io.sennit.core.loop.Outbox.Offer;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.own.Own;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * State on its way from this node: the user's code puts pieces into a bounded queue and waits while
 * it is full; the loop sends while the link takes them. docs/protocol/shards.md §8.3.
 */
final class OutMove implements EventPort.User {
  private static final int BATCH = 64;

  /** A piece, or (without bytes) the end. */
  private static final class Piece extends Outbox.Node {
    final byte @Nullable [] bytes;

    Piece(byte @Nullable [] bytes) {
      this.bytes = bytes;
    }
  }

  final Own.Freeze order;
  private final NodeEngine node;
  private final Hosted hosted;
  private final Gate gate;
  private final Outbox<Piece> outbox;
  private final StateHash hash = new StateHash();
  private @Nullable EventPort port;
  private volatile boolean over;
  private volatile boolean saved;
  private volatile @Nullable Throwable failure;
  Own.@Nullable Sent result;

  OutMove(NodeEngine node, Hosted hosted, Own.Freeze order) {
    this.node = node;
    this.hosted = hosted;
    this.order = order;
    this.gate = new Gate(node.runner());
    this.outbox = new Outbox<>(node.loop(), node.settings().stateBytes(), this::pump);
  }

  /** The shard is frozen: the state goes out. */
  void begin() {
    var made = new EventPort(this);
    port = made;
    try {
      made.dialing(
          node.links().dial(node.loop(), Address.parse(order.address()), EventPort.spec(), made));
    } catch (SennitException e) {
      fail(e.what());
    }
  }

  @Override
  public void opened(EventPort to) {
    to.send(
        Own.EVENT,
        Own.CODEC.encode(
            new Own.Begin(node.settings().type(), order.move(), hosted.slot.shard, order.token())));
    hosted.slot.run(this::save, this::afterSave);
  }

  /** On the lane. */
  private void save() {
    var state = hosted.state;
    if (state == null || over) {
      return;
    }
    try {
      node.code().save(state, this::put);
      put(new Piece(null), 1);
      saved = true;
    } catch (Exception | Error e) {
      failure = e;
    }
  }

  private void put(byte[] piece) throws InterruptedException {
    put(new Piece(piece), piece.length + 64);
  }

  private void put(Piece piece, int size) throws InterruptedException {
    var answer = new Offer[1];
    gate.await(
        () -> {
          answer[0] = over ? Offer.CLOSED : outbox.offer(piece, size);
          return answer[0] != Offer.FULL;
        });
    if (answer[0] == Offer.CLOSED) {
      throw new CancelledException("the move was given up", ErrorContext.NONE);
    }
  }

  private void afterSave() {
    if (!saved) {
      fail("the state could not be saved: " + failure);
    }
  }

  /** Sends while the link takes it; called again when it does, and when something was put. */
  private void pump() {
    var to = port;
    while (to != null && !over && to.isWritable() && outbox.drain(BATCH, this::sendOne) > 0) {
      gate.signal();
    }
  }

  private void sendOne(Piece piece) {
    var to = port;
    var bytes = piece.bytes;
    if (to == null || over) {
      return;
    }
    if (bytes != null) {
      hash.add(bytes);
      to.send(Own.PIECE, bytes);
      return;
    }
    to.send(Own.EVENT, Own.CODEC.encode(new Own.End(hash.count(), hash.bytes(), hash.hash())));
    done(new Own.Sent(order.move(), hash.count(), hash.bytes(), hash.hash(), true, ""));
  }

  private void done(Own.Sent how) {
    if (result == null) {
      result = how;
      node.tell(how);
    }
  }

  private void fail(String why) {
    if (!over) {
      done(new Own.Sent(order.move(), hash.count(), hash.bytes(), 0, false, why));
      close();
    }
  }

  /** Gives it up: nothing more is sent, and whoever saves is let go. */
  void close() {
    over = true;
    outbox.close();
    gate.signal();
    var to = port;
    if (to != null) {
      to.close();
    }
  }

  @Override
  public void event(EventPort from, EventMessage message) {}

  @Override
  public void writable(EventPort to) {
    pump();
  }

  @Override
  public void bad(EventPort from, ProtocolException why) {
    fail(String.valueOf(why.getMessage()));
  }

  @Override
  public void closed(EventPort from, Optional<SennitException> why) {
    if (result == null) {
      fail("the link with the state ended: " + why.map(SennitException::what).orElse("closed"));
    } else {
      close();
    }
  }
}
