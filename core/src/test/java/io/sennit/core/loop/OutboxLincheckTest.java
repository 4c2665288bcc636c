package io.sennit.core.loop;

import io.sennit.core.loop.Outbox.Offer;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Many producers and the loop, in all interleavings Lincheck finds. An empty drain is allowed while
 * a producer is between its two steps, so drains are not compared one by one; what must hold at the
 * end, after nothing but the wake-ups asked for have run: everything offered was handed out once,
 * in the order of each producer.
 */
public class OutboxLincheckTest {
  private static final int THREADS = 4;
  private static final int TIMES = Boolean.getBoolean("sennit.long") ? 20 : 1;

  private static final class Item extends Outbox.Node {
    final int producer;
    final int number;

    Item(int producer, int number) {
      this.producer = producer;
      this.number = number;
    }
  }

  private final CountingLoop loop = new CountingLoop();
  private final Outbox<Item> outbox = new Outbox<>(loop, Long.MAX_VALUE, () -> {});
  private final int[] offered = new int[THREADS + 3];
  private final List<Item> taken = new ArrayList<>();

  @Operation
  public Offer offer(@Param(gen = ThreadIdGen.class) int thread) {
    return outbox.offer(new Item(thread, offered[thread]++), 1);
  }

  /** A turn of the loop: runs one wake-up, if one was asked for, and takes one thing. */
  @Operation(nonParallelGroup = "loop")
  public void turn() {
    if (loop.take()) {
      int unused = outbox.drain(1, taken::add);
    }
  }

  @Validate
  public void everythingArrivesThroughWakeUpsAlone() {
    while (loop.take()) {
      int unused = outbox.drain(1, taken::add);
    }
    var next = new int[offered.length];
    for (var item : taken) {
      if (next[item.producer]++ != item.number) {
        throw new IllegalStateException("out of order: producer " + item.producer);
      }
    }
    for (int i = 0; i < next.length; i++) {
      if (next[i] != offered[i]) {
        throw new IllegalStateException(
            "producer " + i + " offered " + offered[i] + ", handed out " + next[i]);
      }
    }
    if (outbox.queuedBytes() != 0) {
      throw new IllegalStateException(outbox.queuedBytes() + " bytes counted in an empty outbox");
    }
  }

  @Test
  void modelChecking() {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(0)
        .iterations(2 * TIMES)
        .minimizeFailedScenario(false)
        .invocationsPerIteration(100)
        .check(OutboxLincheckTest.class);
  }

  @Test
  void stress() {
    new StressOptions()
        .threads(2)
        .actorsPerThread(4)
        .actorsBefore(1)
        .actorsAfter(0)
        .iterations(2 * TIMES)
        .minimizeFailedScenario(false)
        .invocationsPerIteration(100 * TIMES)
        .check(OutboxLincheckTest.class);
  }
}
