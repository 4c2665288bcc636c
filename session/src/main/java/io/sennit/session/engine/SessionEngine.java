package io.sennit.session.engine;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.loop.RareLog;
import io.sennit.core.loop.Wheel;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SessionReason;
import io.sennit.session.engine.SessionSettings.Planted;
import io.sennit.session.routing.RoutingTable;
import io.sennit.session.routing.TreeRouter;
import io.sennit.session.wire.SessionFrame;
import io.sennit.session.wire.SessionFraming;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one node, on one loop: as a player, of which it has one for each session's id,
 * and as an initiator. Methods belong to the loop.
 */
public final class SessionEngine {
  private static final RareLog LOG = RareLog.of("io.sennit.session");

  /** A node counts as running since the session began if it is so much older. */
  private static final int LIFE_MARGIN = 4; // times the set-up of a relay

  private final Loop loop;
  private final Links links;
  private final LinkSpec spec;
  private final SessionSettings settings;
  private final Wheel wheel;
  private final Lines lines = new Lines(this);
  private final long born;
  private final LinkedHashMap<String, Handler> handlers = new LinkedHashMap<>();
  private final LinkedHashMap<String, Session> players = new LinkedHashMap<>();
  private final LinkedHashSet<Session> initiators = new LinkedHashSet<>();
  private final LinkedHashSet<String> remembered = new LinkedHashSet<>();
  private @Nullable Address here;
  private Links.@Nullable Listener listener;
  private long badInputs;
  private boolean closed;

  /** What runs at a player. */
  public interface Handler {
    /**
     * A session begins here, on the loop: once for each.
     *
     * @return who takes its messages
     */
    SessionUser begin(Session session);
  }

  /** On its loop, without a port. */
  public SessionEngine(Loop loop, Links links, SessionSettings settings) {
    this.loop = loop;
    this.links = links;
    this.settings = settings;
    this.wheel = new Wheel(loop);
    this.born = loop.nanoTime();
    this.spec =
        LinkSpec.of(new SessionFraming())
            .withBounds(
                settings.maxMessage() + SessionSettings.FRAME_ROOM,
                settings.maxMessage() + SessionSettings.FRAME_ROOM);
  }

  /**
   * Accepts links.
   *
   * @param done the address with the port that was given
   */
  public void listen(Address at, Done<Address> done) {
    links.listen(
        loop,
        at,
        spec,
        new Links.Acceptor() {
          @Override
          public Loop place() {
            return loop;
          }

          @Override
          public Link.Handler accept(Link link) {
            if (closed) {
              throw new RejectedException("this node ends", ErrorContext.NONE);
            }
            return lines.accepted();
          }
        },
        Done.of(
            opened -> {
              listener = opened;
              here = opened.address();
              done.ok(opened.address());
            },
            done::failed));
  }

  Loop loop() {
    return loop;
  }

  long now() {
    return loop.nanoTime();
  }

  Wheel wheel() {
    return wheel;
  }

  SessionSettings settings() {
    return settings;
  }

  Lines lines() {
    return lines;
  }

  /** Where other nodes reach this one. */
  public Address here() {
    var at = here;
    if (at == null) {
      throw new IllegalStateException("it listens nowhere yet");
    }
    return at;
  }

  void dial(Address peer, Line line) {
    if (peer.equals(here)) {
      var other = lines.accepted();
      loop.execute(() -> Pipe.Local.join(loop, line, other));
    } else {
      links.dial(loop, peer, spec, line);
    }
  }

  void badInput(ProtocolException e) {
    badInputs++;
    LOG.log(now(), Level.WARNING, "a peer sent what is no frame of a session", e);
  }

  /** Lines that were ended for what they carried. */
  public long badInputs() {
    return badInputs;
  }

  /** Offers an RPC; nothing to players that are in a session of it already. */
  public void serve(String uri, Handler handler) {
    if (handlers.putIfAbsent(uri, handler) != null) {
      throw new ConfigException("rpc", uri, "a name that is not served here already");
    }
  }

  /** Offers it no more; sessions that have begun go on. */
  public void withdraw(String uri, Handler handler) {
    handlers.remove(uri, handler);
  }

  /**
   * Begins a session; relays are set up when they are needed.
   *
   * @param all the players, one or more; one that is this node itself becomes the root, else the
   *     first does
   * @param withinNanos how long the session may last
   * @throws ConfigException if there are no players, or too many
   * @throws RejectedException if this node has too many sessions
   */
  public Session open(
      String uri, List<Address> all, TreeRouter tree, long withinNanos, SessionUser user) {
    if (all.isEmpty() || all.size() > 1 << 16) {
      throw new ConfigException("players", String.valueOf(all.size()), "1 to 65536 of them");
    }
    if (closed || initiators.size() >= settings.maxSessions()) {
      throw new RejectedException(
          closed ? "this node ends" : initiators.size() + " sessions are open",
          ErrorContext.advice("Close some."));
    }
    var own = here();
    var addresses = new LinkedHashSet<OverlayAddress>();
    if (all.contains(own)) {
      addresses.add(OverlayAddress.player(own));
    }
    all.forEach(address -> addresses.add(OverlayAddress.player(address)));
    var rest = new ArrayList<>(addresses);
    var root = rest.removeFirst();
    var id = new byte[16];
    loop.secrets().nextBytes(id);
    var session =
        new Session(
            this,
            uri,
            HexFormat.of().formatHex(id),
            OverlayAddress.player(own).asInitiator(),
            tree.fanOut(),
            0,
            withinNanos,
            RoutingTable.under(root, rest, tree));
    session.use(user);
    initiators.add(session);
    return session;
  }

  private static String key(String uri, String id) {
    return id + "/" + uri;
  }

  /** A peer opens a relay. */
  void accept(Line line, SessionFrame.Open open) {
    var key = key(open.uri(), open.session());
    var handler = handlers.get(open.uri());
    var session = players.get(key);
    if (session == null) {
      var refusal = refusal(open, key, handler);
      if (refusal != SessionReason.OK) {
        line.write(new SessionFrame.End(open.relay(), refusal, words(refusal, open.uri())), null);
        return;
      }
    }
    boolean isNew = session == null;
    if (session == null) {
      session =
          new Session(
              this,
              open.uri(),
              open.session(),
              OverlayAddress.player(here()),
              open.fanOut(),
              open.ageMicros() * 1_000,
              open.budgetMicros() * 1_000,
              RoutingTable.of(
                  open.handshake().height(), open.fanOut(), open.handshake().addresses()));
      players.put(key, session);
    }
    if (handler != null && (isNew || settings.has(Planted.HANDLER_TWICE))) {
      session.use(handler.begin(session));
    }
    var parent = Relay.above(session, line, open.relay(), open.gateway());
    session.attach(parent, open.handshake(), open.repair());
  }

  private SessionReason refusal(SessionFrame.Open open, String key, @Nullable Handler handler) {
    if (closed) {
      return SessionReason.CLOSED;
    }
    if (handler == null) {
      return SessionReason.UNKNOWN_RPC;
    }
    if (remembered.contains(key)) {
      return SessionReason.GONE;
    }
    if (players.size() >= settings.maxSessions()) {
      return SessionReason.BUSY;
    }
    long margin = LIFE_MARGIN * settings.open().toNanos();
    boolean young = now() - born < open.ageMicros() * 1_000 + margin;
    return open.repair() && young && !settings.has(Planted.OLD_LIFE_ACCEPTED)
        ? SessionReason.RESTARTED
        : SessionReason.OK;
  }

  private static String words(SessionReason reason, String uri) {
    return switch (reason) {
      case UNKNOWN_RPC -> "handler '" + uri + "' is not registered";
      case GONE -> "this node has been in the session and has left it";
      case RESTARTED -> "this node may have started after the session began";
      case BUSY -> "this node has too many sessions";
      default -> "this node ends";
    };
  }

  /** A handler has ended. */
  public void left(Session session, SessionReason reason, String text) {
    session.left(reason, text);
  }

  void ended(Session session) {
    initiators.remove(session);
    var key = key(session.uri(), session.id());
    if (players.remove(key, session)) {
      remembered.add(key);
      if (remembered.size() > settings.remembered()) {
        remembered.removeFirst();
      }
    }
  }

  /** What there is now. */
  public Insides insides() {
    var all = new ArrayList<Session>(players.values());
    all.addAll(initiators);
    return new Insides(
        players.size(),
        initiators.size(),
        lines.relays(),
        lines.size(),
        wheel.size(),
        all.stream().mapToInt(Session::transits).sum(),
        all.stream().mapToLong(Session::heldBytes).sum());
  }

  /** The sessions of both kinds, players first. */
  public List<Session> sessions() {
    var all = new ArrayList<Session>(players.values());
    all.addAll(initiators);
    return all;
  }

  /**
   * What an engine holds.
   *
   * @param players sessions in which this node plays
   * @param initiators sessions that it has opened
   * @param relays ends of relays
   * @param lines connections
   * @param deadlines that are set
   * @param transits messages on their way
   * @param heldBytes of them
   */
  public record Insides(
      int players,
      int initiators,
      int relays,
      int lines,
      int deadlines,
      int transits,
      long heldBytes) {}

  /** Ends all sessions and lines. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    var port = listener;
    if (port != null) {
      port.close();
    }
    for (var session : sessions()) {
      session.end(
          session.me().initiator() ? SessionReason.CLOSED : SessionReason.UNREACHABLE,
          "the node ends");
    }
    lines.closeAll();
    wheel.clear();
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }
}
