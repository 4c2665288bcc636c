package io.sennit.cli;

import io.sennit.core.Within;
import io.sennit.node.Node;
import io.sennit.node.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sennit node}: a node in the foreground, until a signal ends it. */
@Command(
    name = "node",
    description = {
      "Run a node in the foreground, until Ctrl-C or SIGTERM.",
      "A signal lets it finish what it has begun (key drain); a second one ends it at once.",
      "Every key of the configuration can be set with --set; 'sennit config --explain' lists them."
    },
    mixinStandardHelpOptions = true)
public final class NodeCommand implements Callable<Integer> {
  /** What a close may take, which is bounded by itself. */
  private static final Duration CLOSING = Duration.ofSeconds(20);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration, HOCON or JSON (default: SENNIT_CONFIG, else none).")
  @Nullable Path config;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen (default: a free port on 127.0.0.1).")
  @Nullable String listen;

  @Option(
      names = "--peer",
      paramLabel = "HOST:PORT",
      description = "Another node of the cluster; may be repeated.")
  List<String> peers = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where it keeps what outlives the process (default: nothing is kept).")
  @Nullable Path data;

  @Option(names = "--name", description = "This node's name, for people.")
  @Nullable String name;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any key of the configuration; may be repeated.")
  Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws InterruptedException {
    var told = config();
    var node = told.builder().start();
    var bound = told.drain();
    EndSignals.on(() -> end(node, bound));
    System.out.println(greeting(node, told.key().isPresent()));
    if (System.out.checkError()) { // it would run where nobody has been told
      System.err.println("sennit node: it could not say where it listens, so it ends.");
      node.close();
      return Exit.FAILED;
    }
    new CountDownLatch(1).await(); // a node runs until a signal ends it
    return Exit.OK;
  }

  private NodeConfig config() {
    var all = NodeConfig.load(Optional.ofNullable(config));
    for (var one : settings.entrySet()) {
      all = all.with(one.getKey(), one.getValue());
    }
    if (listen != null) {
      all = all.with("listen", listen);
    }
    if (!peers.isEmpty()) {
      all = all.with("peers", String.join(",", peers));
    }
    if (data != null) {
      all = all.with("data", data.toString());
    }
    return name == null ? all : all.with("name", name);
  }

  private static String greeting(Node node, boolean keyed) {
    return "sennit node %s of %s listens at %s, %s"
        .formatted(
            node.name(),
            node.cluster(),
            node.host(),
            keyed
                ? "with a cluster key: peers and commands must have the same."
                : "without a cluster key: for this machine only; set SENNIT_CLUSTER_KEY to go"
                    + " beyond it.");
  }

  /**
   * On a thread of its own, which a second signal cuts short: a signal that was obeyed is no
   * failure. However a strand behaves, the process ends.
   */
  private static void end(Node node, Duration bound) {
    CompletableFuture.delayedExecutor(
            bound.plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS, task -> new Thread(task).start())
        .execute(() -> Runtime.getRuntime().halt(Exit.FAILED));
    boolean drained = node.drain(new Within(bound));
    node.close();
    System.out.println(
        "sennit node "
            + node.name()
            + " has ended"
            + (drained
                ? "."
                : ", with work that it could not finish in " + bound.toMillis() + " ms."));
    System.out.flush();
    Runtime.getRuntime().halt(Exit.OK);
  }
}
