package io.sennit.shards;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.shards.engine.Doorway;
import io.sennit.shards.engine.EventPort;
import io.sennit.shards.engine.NodeEngine;
import io.sennit.shards.engine.NodeSettings;
import io.sennit.shards.engine.OrchestratorSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The shards of one process: what it hosts, and the orchestrators that are in it.
 *
 * <pre>{@code
 * try (var node = Node.builder().set("shards.orchestrator", "10.0.0.1:7400").start();
 *     var hosting = node.shards().host(ROOMS, new RoomHost())) {
 *   hosting.use(ROOMS.idOf("lobby-7"), (room, permit) -> room.score(hit));
 * }
 * }</pre>
 */
public final class Shards implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.sennit.shards");
  private static final Duration END = Duration.ofSeconds(5);

  /**
   * What a process is made of.
   *
   * @param loop where all of it lives; the one on which the store of the orchestrators answers
   * @param runner starts user code
   * @param links to the same strand in other processes
   * @param here where this process listens
   * @param node its name, unique among the nodes
   * @param incarnation which life of the process it is
   * @param version of the program, for people
   * @param zone what it shares its fate with, or empty text
   * @param capacity most shards of a type that it takes
   * @param orchestrator where the orchestrator is, if it is known
   */
  public record Setup(
      Loop loop,
      Runner runner,
      Links links,
      Address here,
      String node,
      String incarnation,
      String version,
      String zone,
      int capacity,
      Optional<Address> orchestrator) {}

  private final Setup setup;
  private final Doorway doorway;
  private final ArrayList<Doorway> doorways = new ArrayList<>(); // filled at start
  private final ConcurrentSkipListMap<String, Hosting<?, ?>> hosted = new ConcurrentSkipListMap<>();
  private final TreeMap<String, Orchestrator> orchestrators = new TreeMap<>(); // filled at start
  private final Gate gate;
  private final AtomicInteger ending = new AtomicInteger();
  private Links.@Nullable Listener listener; // on the loop
  private Links.@Nullable Listener originals; // on the loop
  private volatile boolean closed;

  private Shards(Setup setup) {
    this.setup = setup;
    this.doorway = new Doorway(setup.loop());
    doorways.add(doorway);
    this.gate = new Gate(setup.runner());
  }

  /** Begins to listen; orchestrators are added before anybody else knows of it. */
  public static Shards start(Setup setup) {
    var shards = new Shards(setup);
    setup
        .links()
        .listen(
            setup.loop(),
            setup.here(),
            EventPort.spec(),
            shards.doorway,
            Done.of(shards::listening, shards::notListening));
    return shards;
  }

  private void listening(Links.Listener open) {
    listener = open;
    if (closed) {
      open.close();
    }
  }

  private void notListening(SennitException why) {
    LOG.log(System.Logger.Level.ERROR, "shards can be neither hosted nor placed here", why);
  }

  /**
   * Takes in nodes of the original protocol too, on a port of their own; before any orchestrator is
   * made. They prove nothing: whoever reaches the port can host shards.
   *
   * @param plain sockets
   * @param at where to listen
   * @param type what they host
   */
  public void listenForOriginals(Links plain, Address at, String type) {
    var door = new Doorway(setup.loop(), type);
    doorways.add(door);
    plain.listen(
        setup.loop(),
        at,
        EventPort.spec(),
        door,
        Done.of(this::listeningForOriginals, this::notListening));
  }

  private void listeningForOriginals(Links.Listener open) {
    originals = open;
    LOG.log(
        System.Logger.Level.WARNING,
        "original nodes may come to {0}: without encryption, and unproven",
        open.address());
    if (closed) {
      open.close();
    }
  }

  /** Makes the orchestrator of a type; it begins when its journal is opened. */
  public Orchestrator orchestrate(String type, int total, OrchestratorTimes times) {
    var settings =
        OrchestratorSettings.of(type, total)
            .withLeases(times.lease(), times.takeOver(), times.beat())
            .withSettle(times.settle());
    var made = new Orchestrator(setup.loop(), settings, doorways);
    orchestrators.put(type, made);
    return made;
  }

  /** The orchestrators of this process, by type. */
  public Map<String, Orchestrator> orchestrators() {
    return java.util.Collections.unmodifiableMap(orchestrators);
  }

  /**
   * Hosts shards of a type from now on: the orchestrator gives some to this node.
   *
   * @throws ConfigException if the type is hosted here already, or no orchestrator is known
   */
  public <S, E> Hosting<S, E> host(ShardType<S, E> type, ShardHost<S, E> host) {
    var orchestrator =
        setup
            .orchestrator()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "shards.orchestrator", "(not set)", "host:port of the orchestrator"));
    var settings =
        NodeSettings.of(
                type.name(),
                type.total(),
                setup.node(),
                setup.incarnation(),
                setup.here().toString(),
                orchestrator)
            .withPlace(setup.version(), setup.zone(), setup.capacity());
    var engine =
        new NodeEngine(
            setup.loop(), setup.runner(), setup.links(), settings, Hosting.code(type, host));
    var hosting = new Hosting<>(type, engine, this::end);
    if (hosted.putIfAbsent(type.name(), hosting) != null) {
      throw new ConfigException("shard type", type.name(), "a type that is not hosted here yet");
    }
    setup
        .loop()
        .execute(
            () -> {
              doorway.node(type.name(), engine);
              engine.start();
            });
    return hosting;
  }

  private void end(Hosting<?, ?> hosting) {
    if (hosted.remove(hosting.type().name(), hosting)) {
      setup
          .loop()
          .execute(
              () -> {
                ending.incrementAndGet();
                hosting
                    .engine()
                    .close(
                        () -> {
                          doorway.node(hosting.type().name(), null);
                          ending.decrementAndGet();
                          gate.signal();
                        });
              });
    }
  }

  /** What is hosted here. */
  public List<Hosting<?, ?>> hosted() {
    return List.copyOf(hosted.values());
  }

  /** Links sent away because they did not say who they are, so far; on the loop. */
  public long refusals() {
    return doorway.refusals();
  }

  /**
   * Asks that everything hosted here be moved to other nodes and waits until nothing is left, at
   * most so long.
   *
   * @return whether it came to that
   */
  public boolean drain(Within within) throws InterruptedException {
    var left = new AtomicInteger(hosted.size());
    var late = new AtomicBoolean();
    setup
        .loop()
        .execute(
            () -> {
              setup
                  .loop()
                  .timer(
                      () -> {
                        late.set(true);
                        gate.signal();
                      })
                  .arm(within.nanos());
              for (var hosting : hosted.values()) {
                hosting
                    .engine()
                    .leave(
                        () -> {
                          left.decrementAndGet();
                          gate.signal();
                        });
              }
            });
    gate.await(() -> left.get() <= 0 || late.get());
    return left.get() <= 0;
  }

  /** Stops what is hosted and ends; waits some seconds at most, not at all on a loop. */
  @Override
  public void close() {
    List.copyOf(hosted.values()).forEach(this::end);
    orchestrators.values().forEach(Orchestrator::close);
    var over = new AtomicBoolean();
    setup
        .loop()
        .execute(
            () -> {
              closed = true;
              if (listener != null) {
                listener.close();
              }
              if (originals != null) {
                originals.close();
              }
              setup
                  .loop()
                  .timer(
                      () -> {
                        over.set(true);
                        gate.signal();
                      })
                  .arm(END.toNanos());
              over.set(ending.get() == 0);
              gate.signal();
            });
    if (setup.runner().mayBlock()) {
      try {
        gate.await(() -> over.get() || (closed && ending.get() == 0));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
