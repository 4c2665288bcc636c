package io.sennit.shards.engine;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Loop;
import io.sennit.shards.wire.AllUserDataSentData;
import io.sennit.shards.wire.EventData;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventRegistry;
import io.sennit.shards.wire.EventType;
import io.sennit.shards.wire.PrepareShardmigrationData;
import io.sennit.shards.wire.StartShardsData;
import io.sennit.shards.wire.StartshardMigrationData;
import io.sennit.shards.wire.StopShardData;
import io.sennit.shards.wire.own.Own;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An original node at a Sennit orchestrator, docs/protocol/shards.md §9: orders become events of
 * the original protocol, their echoes become answers. Such a node handles every event on a task of
 * its own, so one order at a time goes out and the next waits for its echo. On the loop.
 */
final class OriginalNode implements EventPort.User {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
  private static final int MOST_ORDERS = 1 << 20;

  /** An event that waits for its echo; {@code done} is told with it. */
  private record Order(EventType type, EventData data, int shard, Echo done) {}

  private interface Echo {
    void came(EventData echo);
  }

  private final OrchestratorEngine home;
  private final Life life;
  private final EventPort port;
  private final EventRegistry events = new EventRegistry();
  private final ArrayDeque<Order> orders = new ArrayDeque<>();
  private final Loop.Timer patience;
  private @Nullable Order under;
  private @Nullable PrepareShardmigrationData session; // of the shard it froze last
  private @Nullable Relay relay; // the move it takes part in
  private long stray;

  OriginalNode(OrchestratorEngine home, Life life, EventPort port, Loop loop) {
    this.home = home;
    this.life = life;
    this.port = port;
    this.patience = loop.timer(this::tooLong);
  }

  /** A move between two original nodes: their user events go through here, in order. */
  static final class Relay {
    final long move;
    final int shard;
    final OriginalNode from;
    final OriginalNode to;
    long count;
    long bytes;
    int expected = -1;
    boolean ready; // the destination has prepared

    Relay(long move, int shard, OriginalNode from, OriginalNode to) {
      this.move = move;
      this.shard = shard;
      this.from = from;
      this.to = to;
    }
  }

  /** User events that belonged to no open move, so far. */
  long stray() {
    return stray;
  }

  EventPort port() {
    return port;
  }

  /** Does what a Sennit node would do, in the original's words. */
  void order(Own what) {
    switch (what) {
      case Own.Grant g -> grant(g);
      case Own.Release r ->
          ask(
              EventType.STOP_SHARD,
              new StopShardData(r.shard()),
              r.shard(),
              _ -> home.heard(life, new Own.Released(r.shard(), r.epoch())));
      case Own.Reserve r -> home.heard(life, new Own.Reserved(r.move(), true, ""));
      case Own.Freeze f -> freeze(f);
      case Own.Drop d -> drop(d);
      default -> {} // beats and refusals mean nothing to it
    }
  }

  private void grant(Own.Grant grant) {
    switch (grant.how()) {
      case START ->
          ask(
              EventType.START_SHARDS,
              StartShardsData.of(List.of(grant.shard())),
              grant.shard(),
              _ -> home.heard(life, new Own.Granted(grant.shard(), grant.epoch(), true, "")));
      case RESUME -> {
        var open = relay;
        if (open == null || open.move != grant.move() || open.to != this) {
          home.heard(life, new Own.Granted(grant.shard(), grant.epoch(), false, "no such move"));
          return;
        }
        finish(open);
        expectStart(new AllUserDataSentData(open.expected), grant);
      }
      case THAW -> thaw(grant);
    }
  }

  /** Sends the count that makes the node resume, and takes its echo of a start for the answer. */
  private void expectStart(AllUserDataSentData count, Own.Grant grant) {
    ask(
        EventType.ALL_USERDATA_SENT,
        count,
        grant.shard(),
        _ -> home.heard(life, new Own.Granted(grant.shard(), grant.epoch(), true, "")));
  }

  /** The way back that works with original nodes: hand it the session it gave away. */
  private void thaw(Own.Grant grant) {
    var saved = session;
    if (saved == null || saved.shardId() != grant.shard()) { // it never froze
      home.heard(life, new Own.Granted(grant.shard(), grant.epoch(), true, ""));
      return;
    }
    session = null;
    ask(
        EventType.PREPARE_SHARDMIGRATION,
        new PrepareShardmigrationData(
            false, grant.shard(), saved.sessionId(), saved.sequence(), saved.resumeGatewayUrl()),
        grant.shard(),
        _ -> {});
    expectStart(new AllUserDataSentData(0), grant);
  }

  private void freeze(Own.Freeze order) {
    var to = home.original(order.move());
    if (to == null || relay != null) {
      home.heard(life, new Own.Frozen(order.move(), order.shard(), false, "a move is open"));
      return;
    }
    var open = new Relay(order.move(), order.shard(), this, to);
    relay = open;
    to.relay = open;
    ask(
        EventType.PREPARE_SHARDMIGRATION,
        PrepareShardmigrationData.of(true, order.shard(), "", 0),
        order.shard(),
        echo -> {
          session = (PrepareShardmigrationData) echo;
          home.heard(life, new Own.Frozen(order.move(), order.shard(), true, ""));
          if (relay == open) {
            to.prepare(open, session);
          }
        });
  }

  private void prepare(Relay open, PrepareShardmigrationData saved) {
    ask(
        EventType.PREPARE_SHARDMIGRATION,
        new PrepareShardmigrationData(
            false, open.shard, saved.sessionId(), saved.sequence(), saved.resumeGatewayUrl()),
        open.shard,
        _ -> {
          open.ready = true;
          if (relay == open) {
            open.from.send(
                EventType.START_SHARD_MIGRATION, new StartshardMigrationData(open.shard));
          }
        });
  }

  private void drop(Own.Drop order) {
    var open = relay;
    if (open == null || open.move != order.move()) {
      return;
    }
    finish(open);
    if (open.to == this && open.ready) { // it counts the shard as its own since it prepared
      ask(EventType.STOP_SHARD, new StopShardData(open.shard), open.shard, _ -> {});
    }
  }

  private static void finish(Relay open) {
    if (open.from.relay == open) {
      open.from.relay = null;
      open.from.port.read(true);
    }
    if (open.to.relay == open) {
      open.to.relay = null;
    }
  }

  // --- orders and echoes ---

  private void send(EventType type, EventData data) {
    port.send(type, events.encodeBody(type, data));
  }

  private void ask(EventType type, EventData data, int shard, Echo done) {
    var order = new Order(type, data, shard, done);
    boolean repeated =
        same(under, order) || orders.stream().anyMatch(waiting -> same(waiting, order));
    if (repeated || orders.size() >= MOST_ORDERS) {
      return; // the orchestrator asks again when an answer is long in coming; the node must not
    }
    orders.add(order);
    next();
  }

  private static boolean same(@Nullable Order a, Order b) {
    return a != null && a.type.equals(b.type) && a.data.equals(b.data);
  }

  private void next() {
    if (under != null || orders.isEmpty()) {
      return;
    }
    var order = orders.poll();
    under = order;
    patience.arm(PATIENCE);
    send(order.type, order.data);
  }

  private void tooLong() {
    port.abort(
        new DeadlineExceededException(
            "no echo of " + (under == null ? "an order" : under.type.toString()),
            DeadlineExceededException.Phase.HANDLER,
            ErrorContext.peer(life.id)));
  }

  @Override
  public void event(EventPort from, EventMessage message) {
    if (life.original != this) {
      return;
    }
    switch (message) {
      case EventMessage.Decoded d -> heard(d);
      case EventMessage.Raw raw when raw.type().isUser() -> user(raw);
      default -> bad(from, new ProtocolException("event", -1, message.type() + " is unexpected"));
    }
  }

  private void heard(EventMessage.Decoded message) {
    var order = under;
    if (message.decodedBody() instanceof AllUserDataSentData all) {
      count(all.numEvents());
    } else if (order != null && answers(order, message)) {
      under = null;
      patience.cancel();
      order.done.came(message.decodedBody());
      next();
    } else {
      bad(port, new ProtocolException("event", -1, message.type() + " answers nothing"));
    }
  }

  private static boolean answers(Order order, EventMessage.Decoded echo) {
    return switch (echo.decodedBody()) {
      case StartShardsData d ->
          (order.type.equals(EventType.START_SHARDS)
                  || order.type.equals(EventType.ALL_USERDATA_SENT))
              && d.shards().contains(order.shard);
      case StopShardData d -> order.type.equals(EventType.STOP_SHARD) && d.shardId() == order.shard;
      case PrepareShardmigrationData d ->
          order.data instanceof PrepareShardmigrationData asked
              && asked.origin() == d.origin()
              && d.shardId() == order.shard;
      default -> false;
    };
  }

  /** Only while its move is open, and only from the origin to the destination. */
  private void user(EventMessage.Raw raw) {
    var open = relay;
    if (open == null || open.from != this || !open.ready) {
      stray++;
      return;
    }
    open.count++;
    open.bytes += raw.rawBody().length;
    open.to.port.send(raw.type(), raw.rawBody());
    if (!open.to.port.isWritable()) {
      port.read(false);
    }
    home.heard(open.to.life, new Own.Progress(open.move, open.count, open.bytes));
    whole(open);
  }

  private void count(int events) {
    var open = relay;
    if (open == null || open.from != this || open.expected >= 0) {
      bad(port, new ProtocolException("AllUserdataSent", -1, "no move is open"));
      return;
    }
    if (events < 0) {
      bad(port, new ProtocolException("NumEvents", -1, events + " events"));
      return;
    }
    open.expected = events;
    whole(open);
  }

  /** Events may come before or after their count. */
  private static void whole(Relay open) {
    if (open.expected >= 0 && open.count >= open.expected) {
      open.to.home.heard(
          open.to.life, new Own.Received(open.move, open.count, open.bytes, 0, true, ""));
    }
  }

  @Override
  public void writable(EventPort to) {
    var open = relay;
    if (open != null && open.to == this) {
      open.from.port.read(true);
    }
  }

  @Override
  public void bad(EventPort from, ProtocolException why) {
    home.bad(life, why);
  }

  @Override
  public void closed(EventPort from, Optional<SennitException> why) {
    patience.cancel();
    under = null;
    orders.clear();
    var open = relay;
    if (open != null) {
      finish(open);
    }
    home.lost(life, this, why);
  }
}
