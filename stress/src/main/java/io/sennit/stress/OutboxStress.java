package io.sennit.stress;

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
public class OutboxStress extends DrainedOutbox {
  /** Offers two, in order. */
  @Actor
  public void one() {
    offer(1);
    offer(2);
  }

  /** Drains meanwhile, as a loop that is awake does. */
  @Actor
  public void drains() {
    drain();
  }

  /** What came in all. */
  @Arbiter
  public void arbiter(IZ_Result result) {
    drainTheRest(result);
  }
}
