package io.sennit.testkit;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.SystemOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** Real sockets on loopback; every node is a fabric of its own in this process. */
public final class SocketWorld implements World {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(2);

  private final Map<String, Fabric> nodes = new ConcurrentHashMap<>();
  private final Function<String, SystemOptions> options;
  private final Descriptors before = Descriptors.now();

  /** Two loops a node, epoll where it loads. */
  public SocketWorld() {
    this(node -> SystemOptions.defaults().withLoops(2));
  }

  /** Nodes made with these options. */
  public SocketWorld(SystemOptions options) {
    this(node -> options);
  }

  /** Nodes made with the options of each, by its name. */
  public SocketWorld(Function<String, SystemOptions> options) {
    this.options = options;
  }

  @Override
  public Fabric node(String name) {
    return nodes.computeIfAbsent(name, _ -> Fabric.system(options.apply(name)));
  }

  @Override
  public Address at(String node) {
    return Address.of("127.0.0.1", 0);
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    Awaitility.await(what)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .atMost(LIMIT)
        .until(condition::getAsBoolean);
  }

  @Override
  public void elapse(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    Awaitility.await("time to go by")
        .pollInterval(POLL)
        .atMost(time.plus(LIMIT))
        .until(() -> System.nanoTime() - until >= 0);
  }

  @Override
  public void close() {
    nodes.values().forEach(Fabric::close);
    nodes.clear();
    await("no thread of ours to remain", () -> ours().isEmpty());
    Leaks.noVirtualThreads(LIMIT);
    before.awaitNoMore(LIMIT);
  }

  private static List<String> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sennit-"))
        .toList();
  }
}
