package io.sennit.grid;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.grid.engine.GridEngine;
import io.sennit.grid.engine.StreamLinks;
import io.sennit.grid.engine.Targets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one node, and the handlers it serves. Any thread may use it. Start with {@link
 * #builder}, end with {@link #close}. Seed: {@code Manager}.
 */
public final class Manager implements AutoCloseable {
  /** The HTTP path of the grid. Seed: {@code RoutePath}. */
  public static final String ROUTE_PATH = "/minio/grid/v1";

  /** The handler id kept for the strands that ride on the grid. */
  public static final int RESERVED_HANDLER = 255;

  /** The code of a single call on bytes. Seed: {@code SingleHandlerFn}. */
  @FunctionalInterface
  public interface SingleCode {
    /** Answers; {@link Payload#ABSENT} for no payload at all. */
    byte[] handle(byte[] request, Caller caller) throws Exception;
  }

  /** The code of a stream of bytes. Seed: {@code StreamHandlerFn}. */
  @FunctionalInterface
  public interface StreamCode {
    /** Serves the stream until it returns. */
    void handle(byte[] first, Input<byte[]> in, Output<byte[]> out, Caller caller) throws Exception;
  }

  /** The code of a stream of bytes that runs on the loop. */
  @FunctionalInterface
  public interface InlineStreamCode {
    /** Begins to serve a stream; what it throws ends it with that error. */
    InlineStream<byte[]> begin(byte[] first, InlineOutput<byte[]> out, Caller caller)
        throws Exception;
  }

  /** A loop that user code blocks is not waited for any longer. */
  private static final long CLOSE_NANOS = Duration.ofSeconds(5).toNanos();

  private final GridEngine engine;
  private final Fabric fabric;
  private final boolean ownsFabric;
  private final @Nullable Address address;
  private final Links.@Nullable Listener listener;
  private final Map<String, Connection> connections = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Manager(
      GridEngine engine, Fabric fabric, boolean ownsFabric, Links.@Nullable Listener listener) {
    this.engine = engine;
    this.fabric = fabric;
    this.ownsFabric = ownsFabric;
    this.listener = listener;
    this.address = listener == null ? null : listener.address();
  }

  /** What a manager may be told before it starts. */
  public static ManagerBuilder builder() {
    return new ManagerBuilder();
  }

  /** Starts what the builder describes; waits until the port is bound. */
  static Manager start(ManagerBuilder b) {
    var fabric = b.fabric().orElseGet(Fabric::system);
    boolean owns = b.fabric().isEmpty();
    try {
      return start(b, fabric, owns);
    } catch (SennitException e) {
      if (owns) {
        fabric.close();
      }
      throw e;
    }
  }

  private static Manager start(ManagerBuilder b, Fabric fabric, boolean owns) {
    var engine = new GridEngine(b.settings(), fabric);
    var bound = new Bound(fabric);
    var loop = fabric.loop();
    loop.execute(
        () -> {
          engine.identify(b.id().orElseGet(() -> randomId(loop)));
          b.listen().ifPresentOrElse(at -> engine.listen(loop, at, bound), bound::nowhere);
        });
    bound.await();
    engine.name(b.local(bound.address()));
    var manager = new Manager(engine, fabric, owns, bound.listener());
    b.hosts().stream().filter(h -> !h.equals(manager.hostName())).forEach(manager::add);
    if (!b.isGated()) {
      engine.openGate();
    }
    return manager;
  }

  /** A random id from the loop's own source, so that a simulation's comes from its seed. */
  private static UUID randomId(Loop loop) {
    var random = loop.secrets();
    long high = random.nextLong() & ~0xf000L | 0x4000L;
    long low = random.nextLong() & ~(3L << 62) | 2L << 62;
    return new UUID(high, low);
  }

  /** The instance, new at each start. */
  public UUID id() {
    return engine.settings().id();
  }

  /** This side's host string. Seed: {@code HostName}. */
  public String hostName() {
    return engine.settings().local();
  }

  /** Where it listens, with the port that was given; empty if it only dials. */
  public Optional<Address> address() {
    return Optional.ofNullable(address);
  }

  /** The host strings of all peers, in order. Seed: {@code Targets}. */
  public List<String> targets() {
    return engine.remotes().stream().map(r -> r.host()).toList();
  }

  /** The connection to a peer, if it is one of ours. Seed: {@code Connection}, null otherwise. */
  public Optional<Connection> connection(String host) {
    var remote = engine.remote(host);
    return remote == null
        ? Optional.empty()
        : Optional.of(connections.computeIfAbsent(host, h -> new Connection(engine, remote)));
  }

  /** All connections, in the order of their hosts. */
  public Collection<Connection> connections() {
    return targets().stream().flatMap(h -> connection(h).stream()).toList();
  }

  /**
   * Adds a peer; the one there is if it is known.
   *
   * @throws ConfigException if the host string is this side's own or malformed
   */
  public Connection add(String host) {
    var remote = engine.add(host);
    return connections.computeIfAbsent(host, h -> new Connection(engine, remote));
  }

  /** Lets connections begin, for a manager that was started gated. Seed: {@code BlockConnect}. */
  public void openGate() {
    engine.openGate();
  }

  /**
   * Registers code for single calls on bytes. Seed: {@code RegisterSingleHandler}.
   *
   * @param id 1 to 254
   * @param subroute parts, joined with slashes; none for the plain handler
   * @throws UnknownHandlerException if the id is out of range
   * @throws HandlerAlreadyExistsException if the place is taken
   */
  public Registration registerSingle(int id, SingleCode code, String... subroute) {
    checkUserId(id);
    return registerSingle(id, "call " + id, false, code, subroute);
  }

  /** The same for code that runs on the loop and never blocks. */
  public Registration registerSingleInline(int id, SingleCode code, String... subroute) {
    checkUserId(id);
    return registerSingle(id, "call " + id, true, code, subroute);
  }

  Registration registerSingle(
      int id, String name, boolean inline, SingleCode code, String... subroute) {
    var target = new Targets.Single(name, route(subroute), code::handle, inline);
    return register(id, target);
  }

  /**
   * Registers code for streams of bytes. Seed: {@code RegisterStreamingHandler}.
   *
   * @param id 1 to 254
   * @param inCapacity items the caller may send ahead; 0: it may send none
   * @param outCapacity items the handler may send ahead; below 1 means 1
   */
  public Registration registerStreaming(
      int id, int inCapacity, int outCapacity, StreamCode code, String... subroute) {
    checkUserId(id);
    return registerStreaming(id, "stream " + id, inCapacity, outCapacity, code, subroute);
  }

  Registration registerStreaming(
      int id, String name, int inCapacity, int outCapacity, StreamCode code, String... subroute) {
    Targets.StreamCode raw =
        (first, mux) -> {
          var stream = new ServerStream(mux);
          code.handle(first, stream, stream, mux);
        };
    return registerServing(id, name, inCapacity, outCapacity, raw, subroute);
  }

  /**
   * The same for code that runs on the loop and never blocks; a {@link StreamHandler#serveInline
   * typed one} too.
   */
  public Registration registerStreamingInline(
      int id, int inCapacity, int outCapacity, InlineStreamCode code, String... subroute) {
    checkUserId(id);
    return registerStreamingInline(id, "stream " + id, inCapacity, outCapacity, code, subroute);
  }

  Registration registerStreamingInline(
      int id,
      String name,
      int inCapacity,
      int outCapacity,
      InlineStreamCode code,
      String... subroute) {
    Targets.InlineCode raw = code::begin;
    return registerServing(id, name, inCapacity, outCapacity, raw, subroute);
  }

  private Registration registerServing(
      int id,
      String name,
      int inCapacity,
      int outCapacity,
      Targets.StreamServing code,
      String... subroute) {
    return register(
        id,
        new Targets.Streaming(
            name, route(subroute), code, Math.max(0, inCapacity), Math.max(1, outCapacity)));
  }

  private Registration register(int id, Targets.Target target) {
    engine.targets().register(id, target);
    return () -> engine.targets().unregister(id, target);
  }

  private static Optional<String> route(String[] parts) {
    return parts.length == 0 ? Optional.empty() : Optional.of(String.join("/", parts));
  }

  static void checkUserId(int id) {
    if (id < 1 || id >= RESERVED_HANDLER) {
      throw new UnknownHandlerException(
          "unknown mux handler: "
              + id
              + (id == RESERVED_HANDLER ? " is reserved for Sennit's own strands" : ""),
          io.sennit.core.ErrorContext.advice("Choose an id from 1 to 254."));
    }
  }

  /** Connections ended because of malformed input, over all peers and strangers. */
  public long protocolErrors() {
    return engine.protocolErrors();
  }

  /** Incoming connections refused, whoever came and however far: in TLS, in HTTP, by the grid. */
  public long refusals() {
    return engine.refusals() + (listener == null ? 0 : listener.dropped());
  }

  /** Guests that are connected now; {@link ManagerBuilder#maxGuests} at most. */
  public int guests() {
    return engine.guests().count();
  }

  /** Calls and streams refused to guests because they were not for the door. */
  public long guestRefusals() {
    return engine.guests().refusals();
  }

  /**
   * Links between the nodes of this grid for a strand that rides on it: streams on the reserved
   * handler. Needs a listening manager and Sennit peers.
   *
   * @param name of the strand, the same on all nodes
   */
  public Links links(String name) {
    var here = address;
    if (here == null) {
      throw new ConfigException("listen", "nowhere", "an address, to carry links");
    }
    return new StreamLinks(
        engine,
        name,
        here,
        (remote, limit) -> add(remote.host()).waitForConnect(new Within(limit)));
  }

  GridEngine engine() {
    return engine;
  }

  Fabric fabric() {
    return fabric;
  }

  /**
   * Ends all connections: answers that are ready go out, calls in flight end with a {@link
   * io.sennit.core.DisconnectedException}, handlers are interrupted. Waits for that, at most 5 s,
   * and where the fabric is its own, for that to close too. Idempotent.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return; // its loops may be gone
    }
    if (listener != null) {
      listener.close();
    }
    engine.close();
    if (fabric.runner().mayBlock()) {
      awaitEnds();
    }
    if (ownsFabric) {
      fabric.close();
    }
  }

  /** Waits for all connections to end, but not for a loop that user code blocks. */
  private void awaitEnds() {
    var all = new ArrayList<>(engine.remotes());
    all.addAll(engine.guests().present());
    var late = new AtomicBoolean();
    var limit = new AtomicReference<Loop.@Nullable Timer>();
    var quiet = fabric.quietLoop();
    quiet.execute(
        () -> {
          var timer =
              quiet.timer(
                  () -> {
                    late.set(true);
                    all.forEach(remote -> remote.changed().signal());
                  });
          limit.set(timer);
          timer.arm(CLOSE_NANOS);
        });
    try {
      for (var remote : all) {
        remote.changed().await(() -> remote.channel() == null || late.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the fabric's own close is bounded
    } finally {
      quiet.execute(() -> Objects.requireNonNull(limit.get()).cancel());
    }
  }

  /** Waits for a port. */
  private static final class Bound implements Done<Links.Listener> {
    private record Result(Links.@Nullable Listener listener, @Nullable SennitException why) {}

    private final Gate gate;
    private final AtomicReference<@Nullable Result> result = new AtomicReference<>();

    Bound(Fabric fabric) {
      this.gate = new Gate(fabric.runner());
    }

    @Override
    public void ok(Links.Listener value) {
      result.set(new Result(value, null));
      gate.signal();
    }

    @Override
    public void failed(SennitException why) {
      result.set(new Result(null, why));
      gate.signal();
    }

    /** There is no port to wait for. */
    void nowhere() {
      result.set(new Result(null, null));
      gate.signal();
    }

    void await() {
      try {
        gate.await(() -> result.get() != null);
      } catch (InterruptedException e) {
        throw CallSite.interrupted("binding the port", "");
      }
      var r = result.get();
      if (r != null && r.why() != null) {
        throw r.why();
      }
    }

    Links.@Nullable Listener listener() {
      var r = result.get();
      return r == null ? null : r.listener();
    }

    Optional<Address> address() {
      return Optional.ofNullable(listener()).map(Links.Listener::address);
    }
  }
}
