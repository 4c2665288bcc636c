package io.sennit.cli.demo.grid;

import io.sennit.cli.UsageException;
import io.sennit.cli.demo.Check;
import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoChapter;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.DemoSettings;
import io.sennit.cli.demo.Fleet;
import io.sennit.cli.demo.Partition;
import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Rules;
import io.sennit.cli.demo.Screen;
import io.sennit.cli.demo.Terms;
import io.sennit.cli.demo.Walk;
import io.sennit.core.ClusterKey;
import io.sennit.node.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The demo from its first line to its last: a cluster is made, used, hurt, healed and ended. */
final class Tour implements AutoCloseable {
  private static final int TERMS = 6;

  private final Path dir;
  private final int nodes;
  private final Screen screen;
  private final Checks checks;
  private final Node front;
  private final Fleet fleet;
  private final DemoCluster cluster;
  private final Path logs;
  private final Thread hook = new Thread(this::endWithTheJvm, "sennit-demo-tidy");
  private @Nullable LiveLoad live;

  /**
   * Starts the front, no worker yet.
   *
   * @param mains the main class of each worker's process
   * @param logs a folder for logs, removed if all is well
   */
  Tour(Path dir, int nodes, Screen screen, IntFunction<String> mains, Path logs) {
    this.dir = dir;
    this.nodes = nodes;
    this.screen = screen;
    this.checks = new Checks(screen);
    this.logs = logs;
    var key = newKey(logs);
    this.front =
        Node.builder().cluster("demo").name("front").keyFile(key).grid(DemoSettings::of).start();
    this.fleet = new Fleet(key, front, mains, logs);
    Runtime.getRuntime().addShutdownHook(hook);
    this.cluster = new DemoCluster(front, fleet, dir, screen);
  }

  Checks checks() {
    return checks;
  }

  /** A key of this cluster alone, in a file that commands of the same user find and can read. */
  private static Path newKey(Path folder) {
    var file = folder.resolve("cluster.key");
    try {
      Files.writeString(file, ClusterKey.random().toHex()); // only its owner can enter the folder
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return file;
  }

  /** After Ctrl-C; logs that show a failure stay, as they do otherwise. */
  private void endWithTheJvm() {
    boolean well = checks.all().stream().allMatch(Check::pass); // before those that die are missed
    fleet.killAll();
    front.leaveRunDirectory();
    if (well) {
      deleteLogs(
          folder -> {
            // a last word on a terminal that is taken away would not be read
          });
    }
  }

  DemoCluster cluster() {
    return cluster;
  }

  /** Starts the workers, has them index, runs every part; the load goes on until {@link #end}. */
  Base run() throws Exception {
    long begin = System.nanoTime();
    screen.status("  looking for files");
    var walk = walk();
    var terms = Terms.choose(walk.files(), TERMS);
    if (terms.isEmpty()) {
      throw new UsageException("no words to search for in the files under " + dir + ".");
    }
    var shares = Partition.of(walk.files(), nodes);
    var scanning = CompletableFuture.supplyAsync(() -> scan(terms), platform());
    screen.status("  starting " + nodes + " worker processes");
    fleet.start(nodes);
    for (int i = 0; i < nodes; i++) {
      cluster.awaitConnected(i);
    }
    said(begin, "%d workers: %s".formatted(nodes, pids()));
    begin = System.nanoTime();
    var indexing = new Indexing(cluster, shares);
    indexing.all();
    said(
        begin,
        "%,d files, %,d lines, %.1f MB indexed%s"
            .formatted(
                indexing.files(),
                indexing.lines(),
                walk.bytes() / 1e6,
                indexing.mapped() == 0 ? "" : ", " + indexing.mapped() + " searched in place"));
    cluster.afterStart(worker -> indexing.one(worker, false));
    var plain = scanning.join();
    var expected = new Expected(plain, terms, shares);
    found(walk, indexing, plain);
    var base = new Base(cluster, expected, new Search(cluster), checks);
    live = new LiveLoad(base.search(), expected, nodes, screen);
    live.start();
    parts(base, live);
    return base;
  }

  private void parts(Base base, LiveLoad load) throws Exception {
    part(load, "counting", b -> CountPart.run(b, ""), base);
    part(load, "streaming lines", LinesPart::run, base);
    part(load, "a slow reader", SlowReaderPart::run, base);
    part(load, "big and small answers", SidePart::run, base);
    part(load, "deadlines", DeadlinePart::run, base);
    part(load, "a killed worker", KillPart::run, base);
    part(load, "counting again", b -> CountPart.run(b, " (after the kill)"), base);
    for (var chapter : DemoChapter.all()) {
      part(load, chapter.name(), b -> chapter.front(cluster, checks), base);
    }
  }

  /** A piece of the tour; what it throws is a failed check, and the tour goes on. */
  private interface Part {
    void run(Base base) throws Exception;
  }

  private void part(LiveLoad load, String name, Part part, Base base) {
    load.about(name);
    try {
      part.run(base);
    } catch (Exception e) {
      checks.add(name, false, "to run to its end", "it is part of the tour", String.valueOf(e));
    }
    load.about("");
  }

  /** Goes on as a prompt. */
  void prompt(Base base) throws IOException {
    var load = live;
    if (load != null) {
      load.quiet();
      new Prompt(base, screen, load::line).run(System.in);
    }
  }

  private Walk walk() throws IOException {
    var walk = Walk.of(dir);
    if (walk.files().isEmpty()) {
      throw new UsageException(
          "nothing to search under "
              + dir
              + ": no text file"
              + (walk.skipped().isEmpty() ? "." : ", passed by " + walk.skipped() + "."));
    }
    if (walk.skipped().containsKey(Rules.BEYOND)) {
      throw new UsageException(
          dir + " holds more than 20,000 files or 1 GiB of text; choose a smaller folder.");
    }
    return walk;
  }

  private PlainScan scan(List<String> terms) {
    try {
      return PlainScan.of(dir.toFile(), terms);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void found(Walk walk, Indexing indexing, PlainScan plain) {
    checks.equal("files indexed", plain.files().size(), "files", Base.PLAIN, indexing.files());
    checks.equal("lines indexed", plain.lines(), "lines", Base.PLAIN, indexing.lines());
    var skipped = new TreeMap<String, Integer>(walk.skipped());
    indexing.skipped().forEach((why, n) -> skipped.merge(why, n, Integer::sum));
    long all = plain.files().size() + sum(plain.skipped().values());
    checks.add(
        "files passed by",
        all > 0 && skipped.equals(plain.skipped()),
        all + " entries, of them passed by " + plain.skipped(),
        Base.PLAIN + " by its own listing",
        indexing.files() + sum(skipped.values()) + " entries, passed by " + skipped);
  }

  private static long sum(java.util.Collection<Integer> counts) {
    return counts.stream().mapToLong(n -> n).sum();
  }

  private void said(long since, String what) {
    screen.line("  %s in %.1f s".formatted(what, (System.nanoTime() - since) / 1e9));
  }

  private List<String> pids() {
    return java.util.stream.IntStream.range(0, nodes)
        .mapToObj(i -> "pid " + cluster.worker(i).pid())
        .toList();
  }

  /** The load's last word, and the end of all processes. */
  void end() {
    if (live != null) {
      live.close();
      checks.add(
          "live load",
          live.answers() > 0 && live.wrong() == 0 && live.remark().isEmpty(),
          "%,d of %,d workers' answers right".formatted(live.answers(), live.answers()),
          Base.PLAIN + ", for each worker's share",
          "%,d wrong; %,d queries whole, %,d while a worker was gone%s"
              .formatted(live.wrong(), live.complete(), live.partial(), live.remark()));
    }
    var started = fleet.pids().size();
    stop();
    checks.add(
        "no process left",
        started > 0 && fleet.running().isEmpty(),
        started + " processes ended",
        "processes started, counted by the front; the system's process table",
        (started - fleet.running().size()) + " ended");
  }

  private void stop() {
    front.close();
    fleet.close();
  }

  @Override
  public void close() {
    if (live != null) {
      live.close();
    }
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the JVM is going down already and the hook tidies up
    }
    if (checks.passed()) {
      deleteLogs(f -> screen.line("  left behind: " + f));
    }
  }

  private void deleteLogs(Consumer<Path> failed) {
    try (var files = Files.list(logs)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(logs);
    } catch (IOException e) {
      failed.accept(logs);
    }
  }

  private static java.util.concurrent.Executor platform() {
    return task -> Thread.ofPlatform().daemon().name("demo").start(task);
  }
}
