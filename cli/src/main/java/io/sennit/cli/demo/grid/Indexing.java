package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.Screen;
import io.sennit.cli.demo.Walk;
import io.sennit.cli.demo.grid.Contracts.FileRef;
import io.sennit.cli.demo.grid.Contracts.Paths;
import io.sennit.cli.demo.grid.Contracts.Progress;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.codec.NoValue;
import io.sennit.grid.TypedStream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** Hands each worker its files over a stream and shows the progress that comes back on it. */
final class Indexing {
  private static final Within LIMIT = Within.within(Duration.ofMinutes(5));

  private final DemoCluster cluster;
  private final List<List<Walk.Found>> shares;
  private final Map<Integer, Progress> progress = new ConcurrentHashMap<>();

  Indexing(DemoCluster cluster, List<List<Walk.Found>> shares) {
    this.cluster = cluster;
    this.shares = shares;
  }

  /** All workers side by side; shows a bar. */
  void all() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var runs = new HashMap<Integer, CompletableFuture<Void>>();
      for (int i = 0; i < shares.size(); i++) {
        int worker = i;
        runs.put(i, CompletableFuture.runAsync(() -> one(worker, true), threads));
      }
      runs.values().forEach(CompletableFuture::join);
    }
    cluster.screen().clear();
  }

  /** One worker; again after its process was started anew. */
  void one(int worker, boolean bar) {
    try (var stream = Contracts.INDEX.open(cluster.connection(worker), NoValue.NONE, LIMIT)) {
      var sender = Thread.ofVirtual().name("files-" + worker).start(() -> send(worker, stream));
      for (var step : stream) {
        progress.put(worker, step);
        if (bar) {
          show();
        }
      }
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(int worker, TypedStream<FileRef, Progress> stream) {
    try {
      for (var file : shares.get(worker)) {
        stream.send(new FileRef(file.path().toString(), file.bytes(), file.stamp().modifiedNs()));
      }
      stream.endInput();
    } catch (SennitException e) {
      stream.cancel(); // the reader is told the same and throws it
    }
  }

  private void show() {
    long bytes = progress.values().stream().mapToLong(Progress::bytes).sum();
    long files = progress.values().stream().mapToLong(Progress::files).sum();
    long whole = shares.stream().flatMap(List::stream).mapToLong(Walk.Found::bytes).sum();
    cluster
        .screen()
        .status(Screen.bar("  indexing", bytes, whole) + "  %,d files".formatted(files));
  }

  long files() {
    return progress.values().stream().mapToLong(Progress::files).sum();
  }

  long lines() {
    return progress.values().stream().mapToLong(Progress::lines).sum();
  }

  int inPlace() {
    return progress.values().stream().mapToInt(Progress::inPlace).sum();
  }

  boolean isDone() {
    return progress.size() == shares.size() && progress.values().stream().allMatch(Progress::done);
  }

  /** What the workers passed by after reading it: path and reason. */
  Map<String, String> skipped() {
    var all = new TreeMap<String, String>();
    progress.values().forEach(p -> all.putAll(p.skipped()));
    return all;
  }

  /** Has a worker leave out files that have changed. */
  void forget(int worker, Collection<String> paths) {
    if (!paths.isEmpty()) {
      var gone = new Paths(List.copyOf(paths));
      progress.put(worker, Contracts.FORGET.call(cluster.connection(worker), gone, LIMIT));
    }
  }

  /** What a worker leaves out as changed. */
  List<String> changed(int worker) {
    return Contracts.CHANGED.call(cluster.connection(worker), NoValue.NONE, LIMIT).paths();
  }
}
