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
 * Two producers: everything offered is drained by the wakings that are due, and each producer's
 * things keep their order.
 */
@JCStressTest
@Outcome(id = "4, true", expect = Expect.ACCEPTABLE, desc = "all came, in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "lost, or out of order")
@State
public class OutboxProducersStress {
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
  private int lastOfOther;
  private boolean ordered = true;

  /** Offers two, in order. */
  @Actor
  public void one() {
    outbox.offer(new Thing(1), 8);
    outbox.offer(new Thing(2), 8);
  }

  /** Offers two others, in order. */
  @Actor
  public void other() {
    outbox.offer(new Thing(-1), 8);
    outbox.offer(new Thing(-2), 8);
  }

  private void drain() {
    outbox.drain(
        16,
        thing -> {
          came++;
          int before = thing.number > 0 ? last : lastOfOther;
          ordered &= Math.abs(thing.number) > before;
          if (thing.number > 0) {
            last = thing.number;
          } else {
            lastOfOther = -thing.number;
          }
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
