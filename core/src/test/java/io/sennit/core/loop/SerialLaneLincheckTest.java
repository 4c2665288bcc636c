package io.sennit.core.loop;

import io.sennit.core.loop.Outbox.Offer;
import io.sennit.core.spi.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Many who offer and the one thread that runs, in all interleavings Lincheck finds: when the runs
 * that were started have ended, every callback taken has run once, in the order of each who
 * offered. A lane whose run looked at its queue for the last time before it said that it had ended
 * would leave a callback behind.
 */
public class SerialLaneLincheckTest {
  private static final int THREADS = 4;
  private static final int TIMES = Boolean.getBoolean("sennit.long") ? 20 : 1;

  private record Item(int producer, int number) {}

  /** Starts nothing by itself: a run is begun by the operation that stands for the thread. */
  private static final class Started implements Runner {
    final ConcurrentLinkedQueue<Runnable> runs = new ConcurrentLinkedQueue<>();

    @Override
    public Future<?> start(String name, Runnable userCode) {
      runs.add(userCode);
      return new CompletableFuture<>();
    }
  }

  private final Started started = new Started();
  private final SerialLane lane =
      new SerialLane(new CountingLoop(), started, "lane", 1_000, 1_000_000);
  private final int[] offered = new int[THREADS + 3];
  private final List<Item> called = new ArrayList<>();

  @Operation
  public Offer offer(@Param(gen = ThreadIdGen.class) int thread) {
    var item = new Item(thread, offered[thread]++);
    return lane.offer(() -> called.add(item), 1);
  }

  /** The next run that was started, from its beginning to its end. */
  @Operation(nonParallelGroup = "thread")
  public void run() {
    var next = started.runs.poll();
    if (next != null) {
      next.run();
    }
  }

  @Validate
  public void everythingTakenHasRunOnce() {
    for (var next = started.runs.poll(); next != null; next = started.runs.poll()) {
      next.run();
    }
    var count = new int[offered.length];
    for (var item : called) {
      if (count[item.producer]++ != item.number) {
        throw new IllegalStateException("out of order: " + item);
      }
    }
    for (int i = 0; i < count.length; i++) {
      if (count[i] != offered[i]) {
        throw new IllegalStateException(
            "producer " + i + " offered " + offered[i] + ", " + count[i] + " have run");
      }
    }
    if (lane.pending() != 0 || lane.pendingBytes() != 0) {
      throw new IllegalStateException(lane.pending() + " pending in an idle lane");
    }
  }

  @Test
  void modelChecking() {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(0)
        .iterations(3 * TIMES)
        .minimizeFailedScenario(false)
        .invocationsPerIteration(200)
        .check(SerialLaneLincheckTest.class);
  }
}
