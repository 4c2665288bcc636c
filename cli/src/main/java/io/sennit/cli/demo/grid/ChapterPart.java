package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoChapter;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.HeapMeter;
import io.sennit.cli.demo.Limits;
import io.sennit.cli.demo.Spent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A strand's chapter, held to its time and to its share of the workers' heaps. */
final class ChapterPart {
  private final DemoChapter chapter;
  private final DemoCluster cluster;
  private final Checks checks;
  private final Limits limits;

  private ChapterPart(DemoChapter chapter, DemoCluster cluster, Checks checks, Limits limits) {
    this.chapter = chapter;
    this.cluster = cluster;
    this.checks = checks;
    this.limits = limits;
  }

  static void run(DemoChapter chapter, DemoCluster cluster, Checks checks, Limits limits)
      throws InterruptedException {
    new ChapterPart(chapter, cluster, checks, limits).run();
  }

  private void run() throws InterruptedException {
    var before = looks();
    var begin = Spent.Moment.now();
    toItsEnd();
    var spent = Spent.since(begin);
    checks.add(
        "chapter " + chapter.name() + ": time",
        spent.isWithin(limits.chapter()),
        "at most %.1f s".formatted(limits.chapter().toNanos() / 1e9),
        Pace.CLOCK,
        spent.toString());
    heaps(before, looks());
  }

  private void toItsEnd() throws InterruptedException {
    var part =
        new FutureTask<Void>(
            () -> {
              chapter.front(cluster, checks);
              return null;
            });
    Thread.ofPlatform().daemon().name("chapter-" + chapter.name()).start(part);
    try {
      part.get(limits.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      failed(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      part.cancel(true);
      failed("it was broken off");
    }
  }

  private void failed(String seen) {
    checks.add(
        "chapter " + chapter.name(), false, "to run to its end", "it is part of the tour", seen);
  }

  private List<HeapMeter.Look> looks() {
    var all = new ArrayList<HeapMeter.Look>();
    for (int worker = 0; worker < cluster.size(); worker++) {
      all.add(HeapMeter.at(cluster.connection(worker)));
    }
    return all;
  }

  private void heaps(List<HeapMeter.Look> before, List<HeapMeter.Look> after) {
    long most = 0;
    for (int worker = 0; worker < after.size(); worker++) {
      long began = after.get(worker).began().getOrDefault(chapter.name(), 0L);
      long more = after.get(worker).used() - before.get(worker).used();
      most = Math.max(most, began + Math.max(0, more));
    }
    checks.add(
        "chapter " + chapter.name() + ": heap",
        most <= limits.chapterHeap(),
        "at most %.1f MiB in each worker".formatted(limits.chapterHeap() / 1048576.0),
        "each worker's heap without garbage, before and after",
        "%.1f MiB at most".formatted(most / 1048576.0));
  }
}
