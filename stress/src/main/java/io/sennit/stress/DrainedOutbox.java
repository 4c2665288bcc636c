package io.sennit.stress;

import io.sennit.core.loop.Outbox;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** An outbox, what came out of it, and whether each producer's things kept their order. */
abstract class DrainedOutbox {
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

  /** Offers a thing; one producer's count up from 1, the other's down from -1. */
  final void offer(int number) {
    outbox.offer(new Thing(number), 8);
  }

  /** What a loop that is awake does. */
  final void drain() {
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
  final void drainTheRest(IZ_Result result) {
    while (loop.takeWaking()) {
      drain();
    }
    result.r1 = came;
    result.r2 = ordered && outbox.queuedBytes() == 0;
  }
}
