package io.sennit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.Store;
import io.sennit.testkit.Descriptors;
import io.sennit.testkit.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** Nodes with loops, stores and campaigns, but no network. They share one leadership folder. */
final class StoreWorld implements World {
  private final Path folder;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Descriptors before = Descriptors.now();

  StoreWorld(Path folder) {
    this.folder = folder;
  }

  @Override
  public Fabric node(String name) {
    return nodes.computeIfAbsent(name, n -> new Node(folder.resolve(n), folder.resolve("roles")));
  }

  @Override
  public Address at(String node) {
    throw new UnsupportedOperationException("no network here");
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .pollDelay(Duration.ZERO)
        .until(condition::getAsBoolean);
  }

  @Override
  public void elapse(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(time.plusSeconds(5))
        .until(() -> System.nanoTime() - end >= 0);
  }

  @Override
  public void close() {
    nodes.values().forEach(Node::close);
    for (var node : nodes.values()) {
      assertThat(node.loop.thrown.get()).as("thrown on a loop").isNull();
    }
    await(
        "no thread of ours remains",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().startsWith("sennit-") && t.isAlive()));
    before.awaitNoMore(Duration.ofSeconds(10));
  }

  private static final class Node implements Fabric {
    private final Path data;
    private final Path roles;
    final TestLoop loop = new TestLoop();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private boolean closed;

    Node(Path data, Path roles) {
      this.data = data;
      this.roles = roles;
    }

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public Loop quietLoop() {
      return loop;
    }

    @Override
    public void store(Loop owner, String name, Done<Store> done) {
      new SqliteStores()
          .open(
              owner,
              data,
              name,
              Done.of(
                  store -> {
                    synchronized (opened) {
                      opened.add(store);
                    }
                    done.ok(store);
                  },
                  done::failed));
    }

    @Override
    public Campaign campaign(Loop owner, String role, String me, Leadership leadership) {
      var campaign = new FileLeadership().campaign(owner, roles, role, me, leadership);
      synchronized (opened) {
        opened.add(campaign);
      }
      return campaign;
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      try {
        List<AutoCloseable> all;
        synchronized (opened) {
          all = List.copyOf(opened);
        }
        for (var one : all) {
          one.close();
        }
        loop.close();
      } catch (Exception e) {
        throw new AssertionError("closing a node", e);
      }
    }

    @Override
    public Links links() {
      throw new UnsupportedOperationException("no network here");
    }

    @Override
    public Datagrams datagrams() {
      throw new UnsupportedOperationException("no network here");
    }

    @Override
    public Names names() {
      throw new UnsupportedOperationException("no network here");
    }

    @Override
    public Runner runner() {
      throw new UnsupportedOperationException("no network here");
    }
  }
}
