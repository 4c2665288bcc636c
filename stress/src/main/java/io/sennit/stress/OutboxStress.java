package io.sennit.stress;

import io.sennit.core.loop.Outbox;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * A producer and the loop: everything offered is drained by the wakings that are due, in the order
 * it was offered.
 */
@JCStressTest
@Outcome(id = "2, true", expect = Expect.ACCEPTABLE, desc = "all came, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, or out of order")
@State
public class OutboxStress {
  private static final class Thing extends Outbox.Node {
    final int number;

    Thing(int number) {
      this.number = number;
    }
  }

  private final CountingLoop loop = new CountingLoop();
  private final Outbox<Thing> outbox = new Outbox<>(loop, 1 << 20, () -> {});
  private int came;
  private int last;
  private boolean ordered = true;

  /** Offers two, in order. */
  @Actor
  public void one() {
    outbox.offer(new Thing(1), 8);
    outbox.offer(new Thing(2), 8);
  }

  /** Drains meanwhile, as a loop that is awake does. */
  @Actor
  public void drains() {
    drain();
  }

  private void drain() {
    outbox.drain(
        16,
        thing -> {
          came++;
          ordered &= thing.number > last;
          last = thing.number;
        });
  }

  /** Only the wakings that are due may bring the rest. */
  @Arbiter
  public void arbiter(IZ_Result result) {
    while (loop.takeWaking()) {
      drain();
    }
    result.r1 = came;
    result.r2 = ordered && outbox.queuedBytes() == 0;
  }
}
