package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.testkit.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Threads that send with credit beside callers who do not wait, and the loop, in all interleavings
 * Lincheck finds. At the end a peer that gives each item's credit back must have got every item, in
 * the order of each thread, and all credit must be there again (grid B1: credit taken by an item
 * that was queued behind another stopped the stream for ever).
 */
@Row("G-stream-async")
public class CreditLincheckTest {
  private static final int THREADS = 4;
  private static final int WINDOW = 2;
  private static final int TIMES = Boolean.getBoolean("sennit.long") ? 20 : 1;

  /** Nobody waits here. */
  private static final class NoRunner implements Runner {
    @Override
    public Future<?> start(String name, Runnable userCode) {
      throw new UnsupportedOperationException();
    }
  }

  @SuppressWarnings("NullAway") // nothing comes in
  private static Loop noLoop() {
    return null;
  }

  /** Of a caller who does not wait. */
  private static final class Put extends AsyncPut {
    Put(Mux.Item item) {
      super(item);
    }

    @Override
    protected boolean isGivenUp() {
      return false;
    }

    @Override
    protected void sent() {
      // it is seen in what goes out
    }

    @Override
    protected void failed(SennitException why) {
      throw why;
    }
  }

  private final StreamHandoff handoff = new StreamHandoff(new NoRunner(), noLoop());
  private final List<byte[]> out = new ArrayList<>();
  private final AsyncEnds ends =
      new AsyncEnds(
          new AsyncEnds.Stream() {
            @Override
            public StreamHandoff handoff() {
              return handoff;
            }

            @Override
            public boolean enqueue(Mux.Item item) {
              out.add(item.payload);
              return true;
            }

            @Override
            public long credit(byte[] item) {
              return 1;
            }

            @Override
            public void release(long bytes) {
              // no budget here
            }

            @Override
            public void putOver(long bytes) {
              // no bound here
            }

            @Override
            public void consumed(byte[] item) {
              throw new UnsupportedOperationException();
            }

            @Override
            public void lost() {
              throw new IllegalStateException("no end was sent");
            }

            @Override
            public ErrorContext peer() {
              return ErrorContext.NONE;
            }
          });
  private final ConcurrentLinkedQueue<Object> outbox = new ConcurrentLinkedQueue<>();
  private final int[] offered = new int[THREADS + 3];
  private int consumed;

  public CreditLincheckTest() {
    handoff.grant(WINDOW);
  }

  private static Mux.Item item(int thread, int number) {
    return new Mux.Item(noMux(), Mux.Kind.ITEM, new byte[] {(byte) thread, (byte) number});
  }

  @SuppressWarnings("NullAway") // it does not travel through an outbox
  private static Mux noMux() {
    return null;
  }

  /** A thread that sends if it may. */
  @Operation
  public void send(@Param(gen = ThreadIdGen.class) int thread) {
    if (ends.tryTakeCredit(1)) {
      outbox.add(item(thread, offered[thread]++));
    }
  }

  /** A caller who does not wait. */
  @Operation
  public void sendAsync(@Param(gen = ThreadIdGen.class) int thread) {
    outbox.add(new Put(item(thread, offered[thread]++)));
  }

  /** A turn of the loop: takes one thing that was handed over. */
  @Operation(nonParallelGroup = "loop")
  public void turn() {
    switch (outbox.poll()) {
      case Mux.Item item -> {
        if (!ends.queuedBehind(item)) {
          out.add(item.payload);
        }
      }
      case Put put -> ends.put(put);
      case null, default -> {
        // nothing was handed over
      }
    }
  }

  /** The peer gives the credit of an item back. */
  @Operation(nonParallelGroup = "loop")
  public void credit() {
    if (consumed < out.size()) {
      consumed++;
      handoff.grant(1);
    }
  }

  @Validate
  public void everythingGoesOutAndAllCreditComesBack() {
    while (!outbox.isEmpty()) {
      turn();
    }
    while (consumed < out.size()) {
      credit();
    }
    var expected = new ArrayDeque<Integer>();
    for (int thread = 0; thread < offered.length; thread++) {
      int next = 0;
      for (var item : out) {
        if (item[0] == thread && item[1] != next++) {
          throw new IllegalStateException("out of order: thread " + thread);
        }
      }
      if (next != offered[thread]) {
        expected.add(thread);
      }
    }
    if (!expected.isEmpty()) {
      throw new IllegalStateException("items of threads " + expected + " never go out");
    }
    int left = 0;
    while (handoff.tryTakeCredit(1)) {
      left++;
    }
    for (int i = 0; i < left; i++) {
      handoff.grant(1); // Lincheck validates more than once
    }
    if (left != WINDOW) {
      throw new IllegalStateException(left + " of " + WINDOW + " credits are left");
    }
    if (ends.putsWait()) {
      throw new IllegalStateException("nothing waits, and threads are held all the same");
    }
  }

  @Test
  void modelChecking() {
    new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(0)
        .iterations(4 * TIMES)
        .minimizeFailedScenario(false)
        .invocationsPerIteration(200)
        .check(CreditLincheckTest.class);
  }

  @Test
  void stress() {
    new StressOptions()
        .threads(3)
        .actorsPerThread(5)
        .actorsBefore(2)
        .actorsAfter(0)
        .iterations(4 * TIMES)
        .minimizeFailedScenario(false)
        .invocationsPerIteration(200 * TIMES)
        .check(CreditLincheckTest.class);
  }
}
