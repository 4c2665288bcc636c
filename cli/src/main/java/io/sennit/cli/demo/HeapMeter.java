package io.sennit.cli.demo;

import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.core.codec.NoValue;
import io.sennit.grid.Connection;
import io.sennit.grid.SingleHandler;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lives in a worker's heap, measured in the worker and asked by the front. A look collects all
 * garbage first, so it takes some tens of milliseconds. Any thread may use it.
 */
public final class HeapMeter {
  /**
   * A look.
   *
   * @param used bytes of what lives now
   * @param began bytes that each chapter's part in the worker began with, by the chapter's name
   */
  public record Look(long used, Map<String, Long> began) {}

  private static final Within LIMIT = Within.within(Duration.ofSeconds(5));
  private static final SingleHandler<NoValue, Look> LOOK =
      SingleHandler.of("heap", 254, Codec.NONE, Codec.of(Look.class));

  private HeapMeter() {}

  /** Begins the parts of all chapters in this worker, each between two looks, and serves looks. */
  static void begin(WorkerScope scope, Iterable<DemoChapter> chapters) {
    var began = new TreeMap<String, Long>();
    for (var chapter : chapters) {
      long before = used();
      chapter.worker(scope);
      began.put(chapter.name(), Math.max(0, used() - before));
    }
    LOOK.serve(scope.node().grid(), (none, caller) -> new Look(used(), began));
  }

  /** What lives in the heap of the worker behind a connection. */
  public static Look at(Connection worker) {
    return LOOK.call(worker, NoValue.NONE, LIMIT);
  }

  private static long used() {
    System.gc(); // what nobody holds is not counted
    var heap = Runtime.getRuntime();
    return heap.totalMemory() - heap.freeMemory();
  }
}
