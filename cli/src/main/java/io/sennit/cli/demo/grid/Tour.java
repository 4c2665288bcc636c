package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Bounds;
import io.sennit.cli.demo.Check;
import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoChapter;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.DemoSettings;
import io.sennit.cli.demo.Fleet;
import io.sennit.cli.demo.Limits;
import io.sennit.cli.demo.Partition;
import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Scratch;
import io.sennit.cli.demo.Screen;
import io.sennit.cli.demo.Walk;
import io.sennit.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The demo from its first line to its last: a cluster is made, used, hurt, healed and ended. */
final class Tour implements AutoCloseable {
  private final Selection selection;
  private final Path dir;
  private final Bounds bounds;
  private final int nodes;
  private final Screen screen;
  private final Checks checks;
  private final Node front;
  private final Fleet fleet;
  private final DemoCluster cluster;
  private final Scratch scratch;
  private final Plan plan;
  private final Pace pace;
  private @Nullable LiveLoad live;

  /**
   * What is toured.
   *
   * @param nodes how many workers
   * @param mains the main class of each worker's process
   * @param chapters those of the strands; the base tour is none of them
   * @param limits what all may take
   */
  record Plan(int nodes, IntFunction<String> mains, List<DemoChapter> chapters, Limits limits) {}

  /**
   * Starts the front, no worker yet.
   *
   * @param scratch the folder for the key, logs and data
   * @param pace began when the demo did
   */
  Tour(Selection selection, Plan plan, Screen screen, Scratch scratch, Pace pace) {
    this.selection = selection;
    this.dir = selection.dir();
    this.bounds = selection.bounds();
    this.nodes = plan.nodes();
    this.plan = plan;
    this.pace = pace;
    this.screen = screen;
    this.checks = new Checks(screen);
    this.scratch = scratch;
    var key = scratch.keyFile();
    this.front =
        Node.builder().cluster("demo").name("front").keyFile(key).grid(DemoSettings::of).start();
    this.fleet = new Fleet(key, front, plan.mains(), scratch.folder());
    scratch.beforeTheEnd(this::endWithTheJvm);
    this.cluster = new DemoCluster(front, fleet, dir, screen);
  }

  Checks checks() {
    return checks;
  }

  /** After Ctrl-C: no process writes any more, and logs that show a failure stay. */
  private void endWithTheJvm() {
    keepWhatShowsAFailure(); // before those that die are missed
    fleet.killAll();
    fleet.awaitEnd();
    front.leaveRunDirectory();
  }

  private void keepWhatShowsAFailure() {
    if (!checks.all().stream().allMatch(Check::pass)) {
      scratch.keepLogs();
    }
  }

  /** Starts the workers, has them index, runs every part; the load goes on until {@link #end}. */
  Base run() throws Exception {
    long begin = System.nanoTime();
    var walk = selection.walk();
    var terms = selection.terms();
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
                indexing.inPlace() == 0 ? "" : ", " + indexing.inPlace() + " searched in place"));
    var plain = scanning.join();
    var expected = new Expected(plain, terms, shares);
    var base = new Base(cluster, expected, indexing, new Search(cluster), checks);
    cluster.afterStart(
        worker -> {
          indexing.one(worker, false);
          indexing.forget(worker, expected.changed(worker));
        });
    found(walk, base);
    if (expected.terms().isEmpty()) {
      throw selection.noWords();
    }
    live = new LiveLoad(base);
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
    part(load, "a cut", CutPart::run, base);
    part(load, "a killed worker", KillPart::run, base);
    part(load, "counting again", b -> CountPart.run(b, " (after the kill)"), base);
    for (var chapter : plan.chapters()) {
      pace.apart(() -> part(load, chapter.name(), b -> chapter(chapter), base));
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

  private void chapter(DemoChapter chapter) throws InterruptedException {
    ChapterPart.run(chapter, cluster, checks, plan.limits());
  }

  /** Goes on as a prompt. */
  void prompt(Base base) throws Exception {
    var load = live;
    if (load != null) {
      load.quiet();
      pace.apart(() -> new Prompt(base, screen, bounds, load::line).run(System.in));
    }
  }

  private PlainScan scan(List<String> terms) {
    try {
      return PlainScan.of(dir.toFile(), terms, bounds);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Compares what became of each entry, and takes out on both sides what changed meanwhile. */
  private void found(Walk walk, Base base) {
    var plain = base.expected().plain();
    var indexing = base.indexing();
    var said = new ArrayList<String>();
    for (int i = 0; i < nodes; i++) {
      said.addAll(indexing.changed(i));
    }
    var agreement = new Agreement(walk, indexing.skipped(), said, plain, selection.began());
    base.expected().takeOut(agreement.changed());
    for (int i = 0; i < nodes; i++) {
      indexing.forget(i, base.expected().changed(i));
    }
    var files = base.expected().files();
    checks.equal("files indexed", files.size(), "files", Base.PLAIN, indexing.files());
    long lines = files.stream().mapToLong(plain::lines).sum();
    checks.equal("lines indexed", lines, "lines", Base.PLAIN, indexing.lines());
    checks.add(
        "files passed by",
        agreement.entries() > 0 && agreement.faults().isEmpty(),
        "%,d entries, of them passed by %s%s"
            .formatted(
                agreement.entries(),
                agreement.passedBy(),
                walk.end().map(end -> "; ends before " + end).orElse("")),
        Base.PLAIN + " by its own listing",
        agreement.faults().isEmpty()
            ? "the same, entry by entry"
            : agreement.faults().size() + " differ: " + agreement.faults().getFirst());
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
    pace.judge(checks, plan.limits());
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
    keepWhatShowsAFailure();
  }

  private static java.util.concurrent.Executor platform() {
    return task -> Thread.ofPlatform().daemon().name("demo").start(task);
  }
}
