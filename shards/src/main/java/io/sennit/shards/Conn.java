package io.sennit.shards;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Budget;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.shards.engine.EventPort;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventRegistry;
import io.sennit.shards.wire.EventType;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the original protocol, from a node to an orchestrator or the other way round, for
 * programs that speak it by themselves (docs/protocol/shards.md §1). Set the handlers, then {@link
 * #listen}. Handlers run on the loop; the other methods may be called from any thread. seed: {@code
 * Conn}.
 */
public final class Conn {
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final long MAX_QUEUED = 16 << 20;

  private final Loop loop;
  private final EventRegistry events;
  private final ConnLogger logger;
  private final EventPort port;
  private final Budget queued = new Budget(MAX_QUEUED);
  private volatile String id = "unknown-" + NUMBERS.incrementAndGet();
  private volatile Consumer<EventMessage> messageHandler = _ -> {};
  private volatile Runnable connClosedHandler = () -> {};
  private volatile boolean listening;
  private volatile boolean over;

  private Conn(Loop loop, EventRegistry events, ConnLogger logger) {
    this.loop = loop;
    this.events = events;
    this.logger = logger;
    this.port = new EventPort(new User());
  }

  /** Dials; what is sent before it has opened fails. */
  public static Conn dial(
      Links links, Loop loop, Address to, EventRegistry events, ConnLogger logger) {
    var conn = new Conn(loop, events, logger);
    loop.execute(() -> conn.port.dialing(links.dial(loop, to, EventPort.spec(), conn.port)));
    return conn;
  }

  /** Takes an accepted link: {@link #handler} is what the acceptor answers. */
  public static Conn accepted(Loop loop, EventRegistry events, ConnLogger logger) {
    return new Conn(loop, events, logger);
  }

  /** What a link tells it. */
  public Link.Handler handler() {
    return port;
  }

  /** The peer's name; {@code unknown-N} until it is set. seed: {@code GetID}. */
  public String id() {
    return id;
  }

  /** Names the peer. seed: {@code ID}. */
  public void id(String name) {
    id = name;
  }

  /** Who takes events. seed: {@code MessageHandler}. */
  public void messageHandler(Consumer<EventMessage> handler) {
    messageHandler = handler;
  }

  /** Who is told of the end, once. seed: {@code ConnClosedHanlder}. */
  public void connClosedHandler(Runnable handler) {
    connClosedHandler = handler;
  }

  /** Begins to hand over events. seed: {@code Listen}. */
  public void listen() {
    listening = true;
    loop.execute(() -> port.read(true));
  }

  /**
   * Sends an event; those of one thread keep their order. seed: {@code Send}, whose text says JSON:
   * the wire is MessagePack.
   *
   * @param data see {@link EventRegistry#encodeMessage}
   * @throws DisconnectedException if the connection has ended, or too much is queued
   */
  public void send(EventType type, @Nullable Object data) {
    var bytes = events.encodeMessage(type, data);
    if (over || !queued.tryTake(bytes.length)) {
      throw new DisconnectedException(
          over ? "the connection has ended" : "more than 16 MiB wait to be sent",
          ErrorContext.peer(id));
    }
    loop.execute(
        () -> {
          queued.give(bytes.length);
          port.sendWhole(bytes);
        });
  }

  /** The same, and a failure is logged. seed: {@code SendLogErr}. */
  public void sendLogErr(EventType type, @Nullable Object data) {
    try {
      send(type, data);
    } catch (SennitException | IllegalArgumentException e) {
      log(LogLevel.ERROR, e, "failed sending message");
    }
  }

  /** Sends an encoded event, from the loop only. seed: {@code SendNoLock}. */
  public void sendNoLock(byte[] encoded) {
    if (!loop.inLoop()) {
      throw new IllegalStateException("only the connection's loop may send without a queue");
    }
    port.sendWhole(encoded);
  }

  /** A line of the log: who, what, and why if there is a reason. seed: {@code Log}. */
  public void log(LogLevel level, @Nullable Throwable error, String message) {
    logger.log(level, id + ": " + message + (error == null ? "" : ": " + error.getMessage()));
  }

  /** Ends it; again is harmless. seed: {@code Close}. */
  public void close() {
    loop.execute(port::close);
  }

  private final class User implements EventPort.User {
    @Override
    public void opened(EventPort opened) {
      opened.read(listening);
    }

    @Override
    public void event(EventPort from, EventMessage message) {
      messageHandler.accept(message);
    }

    @Override
    public void bad(EventPort from, ProtocolException why) {
      log(LogLevel.ERROR, why, "an event was dropped");
    }

    @Override
    public void closed(EventPort from, Optional<SennitException> why) {
      over = true;
      connClosedHandler.run();
    }
  }
}
