package io.sennit.grid;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.grid.engine.GridEngine;
import io.sennit.grid.engine.Remote;
import io.sennit.grid.engine.StreamLinks;
import io.sennit.grid.engine.Targets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All connections of one node, and the handlers it serves. Any thread may use it. Start with {@link
 * #builder}, end with {@link #close}. Seed: {@code Manager}.
 */
public final class Manager implements Serving, AutoCloseable {
  /** The HTTP path of the grid. Seed: {@code RoutePath}. */
  public static final String ROUTE_PATH = "/minio/grid/v1";

  /** A loop that user code blocks is not waited for any longer. */
  private static final long CLOSE_NANOS = Duration.ofSeconds(5).toNanos();

  private final GridEngine engine;
  private final Fabric fabric;
  private final boolean ownsFabric;
  private final @Nullable Address address;
  private final Links.@Nullable Listener listener;
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
    var self = new AtomicReference<@Nullable GridEngine>();
    var engine =
        new GridEngine(
            b.settings(),
            fabric,
            remote -> new Connection(Objects.requireNonNull(self.get()), remote));
    self.set(engine);
    var bound = new Bound(fabric);
    var loop = fabric.loop();
    loop.execute(
        () -> {
          engine.identify(
              b.id().orElseGet(() -> randomId(loop)),
              b.life().orElseGet(() -> Incarnation.first(loop.wallTime(), loop.secrets())));
          b.listen().ifPresentOrElse(at -> engine.listen(loop, at, bound), bound::nowhere);
        });
    bound.await();
    engine.name(b.local(bound.address(), engine.settings().id()));
    var manager = new Manager(engine, fabric, owns, bound.listener());
    try {
      b.hosts().stream().filter(h -> !h.equals(manager.hostName())).forEach(manager::add);
    } catch (SennitException e) {
      manager.closeQuietly();
      throw e;
    }
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

  /**
   * The connection to a peer, if it is listed, learned, or a plain client that is connected. Seed:
   * {@code Connection}, null otherwise.
   */
  public Optional<Connection> connection(String host) {
    return Optional.ofNullable(engine.remote(host)).map(Remote::connection);
  }

  /** All connections, in the order of their hosts. */
  public Collection<Connection> connections() {
    return engine.remotes().stream().map(Remote::connection).toList();
  }

  /**
   * Lists a peer: it is dialed from now on, for as long as this manager lives or until it is {@link
   * #remove removed}. The one there is if it is listed already.
   *
   * @throws ConfigException if the host string is this side's own or malformed, or says {@code
   *     https} and this manager has no certificates
   */
  public Connection add(String host) {
    return engine.add(host).connection();
  }

  /**
   * Names a peer that may be needed: it is dialed when it is first used, by a call, a stream or
   * {@link Connection#waitForConnect}, and after a loss when it is used again. The one there is if
   * it is known already. Of those that are not connected {@link ManagerBuilder#maxLearned} are
   * remembered, the least recently used is forgotten first. Without a cluster's key or {@link
   * ManagerBuilder#unlisted} this is {@link #add}.
   *
   * @throws ConfigException as {@link #add} does
   */
  public Connection learn(String host) {
    return engine.learn(host).connection();
  }

  /**
   * Forgets a peer: tells it goodbye, lets calls in flight end, for {@link
   * ManagerBuilder#callDeadline} at most, closes the connection, and does not dial it again. Does
   * not wait. A peer that is proven may come back by itself where {@link ManagerBuilder#unlisted}
   * ones are let in.
   *
   * @return false if it is not known
   */
  public boolean remove(String host) {
    return engine.remove(host, engine.settings().callDeadline());
  }

  /**
   * Told each change of state of any peer's connection, also of peers that come and go, on a loop:
   * must not block.
   *
   * @return ends the telling when it is closed
   */
  public Registration watch(BiConsumer<Connection, State> watcher) {
    return engine.watch(watcher);
  }

  /** Lets connections begin, for a manager that was started gated. Seed: {@code BlockConnect}. */
  public void openGate() {
    engine.openGate();
  }

  @Override
  public Registration registerSingle(int id, String name, SingleCode code, String... subroute) {
    Serving.checkId(id);
    return single(id, name, false, code, subroute);
  }

  @Override
  public Registration registerSingleInline(
      int id, String name, SingleCode code, String... subroute) {
    Serving.checkId(id);
    return single(id, name, true, code, subroute);
  }

  @Override
  public Registration registerStreaming(
      int id, String name, Capacities items, StreamCode code, String... subroute) {
    Serving.checkId(id);
    return streaming(id, name, items, code, subroute);
  }

  @Override
  public Registration registerStreamingInline(
      int id, String name, Capacities items, InlineStreamCode code, String... subroute) {
    Serving.checkId(id);
    Targets.InlineCode raw = code::begin;
    return serving(id, name, items, raw, subroute);
  }

  Registration single(int id, String name, boolean inline, SingleCode code, String... subroute) {
    return register(id, new Targets.Single(name, route(subroute), code::handle, inline));
  }

  Registration streaming(
      int id, String name, Capacities items, StreamCode code, String... subroute) {
    Targets.StreamCode raw =
        (first, mux) -> {
          var stream = new ServerStream(mux);
          code.handle(first, stream, stream, mux);
        };
    return serving(id, name, items, raw, subroute);
  }

  private Registration serving(
      int id, String name, Capacities items, Targets.StreamServing code, String... subroute) {
    return register(
        id, new Targets.Streaming(name, route(subroute), code, items.in(), items.out()));
  }

  private Registration register(int id, Targets.Target target) {
    engine.targets().register(id, target);
    return () -> engine.targets().unregister(id, target);
  }

  private static Optional<String> route(String[] parts) {
    return parts.length == 0 ? Optional.empty() : Optional.of(String.join("/", parts));
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
        (remote, limit) -> remote.connection().waitForConnect(new Within(limit)));
  }

  GridEngine engine() {
    return engine;
  }

  Fabric fabric() {
    return fabric;
  }

  /**
   * Leaves the cluster in peace: makes and takes no more connections, begins no more calls, tells
   * all peers goodbye, and waits until the calls and streams in flight have ended both ways; then
   * all connections are closed. What is left when the time is up is cut off. {@link #close} comes
   * after it.
   *
   * @return false if something had to be cut off
   * @throws io.sennit.core.CancelledException if the thread is interrupted
   * @throws IllegalStateException on a loop
   */
  public boolean drain(Within within) {
    if (!fabric.runner().mayBlock()) {
      throw new IllegalStateException("a blocking call on an event loop");
    }
    var all = engine.everybody();
    engine.drain(within.duration());
    try {
      awaitAll(all, Manager::isOver, within.nanos() + CLOSE_NANOS);
    } catch (InterruptedException e) {
      throw CallSite.interrupted("draining", "");
    }
    return all.stream().allMatch(remote -> isOver(remote) && !remote.wasCut());
  }

  private static boolean isOver(Remote remote) {
    return remote.state() == State.SHUTDOWN && remote.openChannels().isEmpty();
  }

  /**
   * Ends all connections: links that ride on them send what was written, for at most 2 s; peers are
   * told goodbye, answers that are ready go out, calls in flight end with a {@link
   * io.sennit.core.DisconnectedException}, handlers are interrupted. Who wants them to end in peace
   * calls {@link #drain} first. Waits for the ends, at most 5 s, and where the fabric is its own,
   * for that to close too. Idempotent.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return; // its loops may be gone
    }
    if (listener != null) {
      listener.close();
    }
    var all = engine.everybody();
    if (!fabric.runner().mayBlock()) {
      engine.close(this::closeFabric);
      return;
    }
    var linksEnded = new AtomicBoolean();
    var gate = new Gate(fabric.runner());
    engine.close(
        () -> {
          linksEnded.set(true);
          gate.signal();
        });
    try {
      gate.await(linksEnded::get);
      awaitAll(all, remote -> remote.openChannels().isEmpty(), CLOSE_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the fabric's own close is bounded
    }
    closeFabric();
  }

  private void closeFabric() {
    if (ownsFabric) {
      fabric.close();
    }
  }

  /** It never began. */
  private void closeQuietly() {
    closed.set(true);
    if (listener != null) {
      listener.close();
    }
    engine.close(() -> {});
  }

  /** Waits for all of them, but not for ever: user code may block a loop. */
  private void awaitAll(Collection<Remote> all, Predicate<Remote> isOver, long nanos)
      throws InterruptedException {
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
          timer.arm(nanos);
        });
    try {
      for (var remote : all) {
        remote.changed().await(() -> isOver.test(remote) || late.get());
      }
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
