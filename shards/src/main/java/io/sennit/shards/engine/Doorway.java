package io.sennit.shards.engine;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.RareLog;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.IdentifyData;
import io.sennit.shards.wire.own.Hello;
import io.sennit.shards.wire.own.Own;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes the links that come to a process: the first event says whether a node wants to be taken in
 * by an orchestrator here, or brings the state of a shard to a node here. Whoever says neither may
 * do nothing, and is sent away after a while. docs/protocol/shards.md §5.1. On its loop.
 */
public final class Doorway implements Links.Acceptor {
  private static final RareLog LOG = RareLog.of("io.sennit.shards.door");
  private static final int MOST_WAITING = 256;

  /** How long somebody may say nothing. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Loop loop;
  private final String originalType; // whom original nodes belong to; empty: none come here
  private final Map<String, OrchestratorEngine> orchestrators = new TreeMap<>();
  private final Map<String, NodeEngine> nodes = new TreeMap<>();
  private final LinkedHashMap<EventPort, Loop.Timer> waiting = new LinkedHashMap<>();
  private long refusals;

  /** With nobody behind it. */
  public Doorway(Loop loop) {
    this(loop, "");
  }

  /**
   * For original nodes only, who do not say what type of shards they host and cannot prove who they
   * are; Sennit nodes are refused, as they come by links that prove it.
   */
  public Doorway(Loop loop, String originalType) {
    this.loop = loop;
    this.originalType = originalType;
  }

  /** An orchestrator is here from now on, or (null) no longer. */
  public void orchestrator(
      String type, @org.jspecify.annotations.Nullable OrchestratorEngine engine) {
    if (engine == null) {
      orchestrators.remove(type);
    } else {
      orchestrators.put(type, engine);
    }
  }

  /** A node is here from now on, or (null) no longer. */
  public void node(String type, @org.jspecify.annotations.Nullable NodeEngine engine) {
    if (engine == null) {
      nodes.remove(type);
    } else {
      nodes.put(type, engine);
    }
  }

  /** Links sent away because they did not say who they are, so far. */
  public long refusals() {
    return refusals;
  }

  /** Links that have not said who they are yet. */
  public int waiting() {
    return waiting.size();
  }

  @Override
  public Loop place() {
    return loop;
  }

  @Override
  public Link.Handler accept(Link link) {
    if (waiting.size() >= MOST_WAITING) {
      refusals++;
      throw new RejectedException(
          "too many links that have not said who they are", ErrorContext.NONE);
    }
    var port = new EventPort(new Stranger());
    var timer = loop.timer(() -> sendAway(port));
    timer.arm(PATIENCE.toNanos());
    waiting.put(port, timer);
    return port;
  }

  private void sendAway(EventPort port) {
    if (waiting.remove(port) != null) {
      refusals++;
      port.abort(
          new DeadlineExceededException(
              "it did not say who it is",
              DeadlineExceededException.Phase.CONNECTING,
              ErrorContext.peer(port.peer())));
    }
  }

  private void known(EventPort port) {
    var timer = waiting.remove(port);
    if (timer != null) {
      timer.cancel();
    }
  }

  private final class Stranger implements EventPort.User {
    @Override
    public void event(EventPort from, EventMessage message) {
      if (!waiting.containsKey(from)) {
        return;
      }
      if (message instanceof EventMessage.Decoded d
          && d.decodedBody() instanceof IdentifyData who) {
        var type = who.sennit().map(b -> Hello.CODEC.decode(b).type()).orElse("");
        boolean original = who.sennit().isEmpty();
        var orchestrator = orchestrators.get(original ? originalType : type);
        if (orchestrator != null && original != originalType.isEmpty()) {
          known(from);
          if (original) {
            orchestrator.identifyOriginal(from, who);
          } else {
            orchestrator.identify(from, who);
          }
          return;
        }
        bad(from, new ProtocolException("Type", -1, "no orchestrator of '" + type + "' is here"));
        if (who.sennit().isPresent()) { // an original node would dial again at once
          known(from);
          from.send(
              Own.EVENT,
              Own.CODEC.encode(new Own.Refused("no orchestrator of '" + type + "' is here")));
          from.close();
        }
      } else if (message instanceof EventMessage.Raw raw
          && raw.type().equals(Own.EVENT)
          && originalType.isEmpty()
          && Own.CODEC.decode(raw.rawBody()) instanceof Own.Begin begin) {
        var node = nodes.get(begin.type());
        if (node != null) {
          known(from);
          node.take(from, begin);
          return;
        }
        bad(from, new ProtocolException("Type", -1, "no node of '" + begin.type() + "' is here"));
      } else {
        bad(from, new ProtocolException("event", -1, message.type() + " before Identify"));
      }
    }

    @Override
    public void bad(EventPort from, ProtocolException why) {
      refusals++;
      LOG.log(
          loop.nanoTime(), Level.WARNING, "from " + from.peer() + ": " + why.getMessage(), null);
    }

    @Override
    public void closed(EventPort from, Optional<SennitException> why) {
      known(from);
    }
  }
}
