package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.grid.Contracts.Ask;
import io.sennit.cli.demo.grid.Contracts.Count;
import io.sennit.cli.demo.grid.Contracts.FileRef;
import io.sennit.cli.demo.grid.Contracts.Hit;
import io.sennit.cli.demo.grid.Contracts.Hosts;
import io.sennit.cli.demo.grid.Contracts.LinesAsk;
import io.sennit.cli.demo.grid.Contracts.Paths;
import io.sennit.cli.demo.grid.Contracts.Progress;
import io.sennit.cli.demo.grid.Contracts.Stats;
import io.sennit.core.Within;
import io.sennit.core.codec.NoValue;
import io.sennit.grid.Input;
import io.sennit.grid.Manager;
import io.sennit.grid.Output;
import io.sennit.grid.RemoteErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a worker serves. Tests make bad workers by overriding single answers. */
class SearchService {
  private static final long TELL_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicLong slowBegun = new AtomicLong();
  private final AtomicLong slowInterrupted = new AtomicLong();
  private final AtomicLong linesSent = new AtomicLong();
  private volatile @Nullable SearchIndex ready;

  /** Registers all handlers. */
  final void serve(Manager grid) {
    Contracts.INDEX.serve(grid, (none, files, out, caller) -> index(files, out));
    Contracts.COUNT.serve(grid, (ask, caller) -> count(ask));
    Contracts.LINES.serve(
        grid,
        (ask, none, out, caller) -> {
          linesSent.set(0);
          lines(ask, out);
        });
    Contracts.BYTES.serve(
        grid, (ask, caller) -> index().bytes(Set.copyOf(ask.paths()), ask.count()));
    Contracts.CHANGED.serve(grid, (none, caller) -> new Paths(List.copyOf(index().changed())));
    Contracts.FORGET.serve(
        grid,
        (gone, caller) -> {
          index().forget(gone.paths());
          return index().progress(true);
        });
    Contracts.SLOW.serve(grid, (millis, caller) -> slow(millis));
    Contracts.REACHED.serve(grid, (millis, caller) -> new Hosts(reached(grid, millis)));
    Contracts.STATS.serve(grid, (none, caller) -> stats());
  }

  private void index(Input<FileRef> files, Output<Progress> out) {
    var fresh = new SearchIndex();
    long told = System.nanoTime();
    for (var file : files) {
      fresh.add(file);
      if (System.nanoTime() - told > TELL_NS) {
        told = System.nanoTime();
        out.trySend(fresh.progress(false)); // a reader that lags misses a step, not the end
      }
    }
    fresh.filled();
    ready = fresh;
    out.send(fresh.progress(true));
  }

  Count count(Ask ask) throws InterruptedException {
    return index().count(ask.term());
  }

  void lines(LinesAsk ask, Output<Hit> out) {
    for (int round = 0; round < ask.rounds(); round++) {
      index().lines(ask.term(), round, hit -> send(hit, out));
    }
  }

  void send(Hit hit, Output<Hit> out) {
    out.send(hit); // waits while the reader is more than a window behind
    linesSent.incrementAndGet();
  }

  /** The index; a worker that has none yet says so rather than that nothing was found. */
  private SearchIndex index() {
    var index = ready;
    if (index == null) {
      throw RemoteErrors.of("not indexed yet");
    }
    return index;
  }

  private int slow(int millis) throws InterruptedException {
    slowBegun.incrementAndGet();
    try {
      never.await(millis, TimeUnit.MILLISECONDS); // only time or an interrupt ends it
    } catch (InterruptedException e) {
      slowInterrupted.incrementAndGet();
      throw e;
    }
    return millis;
  }

  /** The front is not among them: it serves no such handler and answers with an error. */
  private static List<String> reached(Manager grid, int millis) {
    var limit = Within.within(Duration.ofMillis(millis));
    var calls = new TreeMap<String, CompletableFuture<Stats>>();
    for (var connection : grid.connections()) {
      calls.put(connection.remote(), Contracts.STATS.callAsync(connection, NoValue.NONE, limit));
    }
    var answered = new ArrayList<String>();
    calls.forEach(
        (host, call) -> {
          if (call.handle((stats, why) -> why == null).join()) {
            answered.add(host);
          }
        });
    return answered;
  }

  private Stats stats() {
    return new Stats(
        ProcessHandle.current().pid(), slowBegun.get(), slowInterrupted.get(), linesSent.get());
  }
}
