package io.sennit.stress;

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
public class OutboxProducersStress extends DrainedOutbox {
  /** Offers two, in order. */
  @Actor
  public void one() {
    offer(1);
    offer(2);
  }

  /** Offers two others, in order. */
  @Actor
  public void other() {
    offer(-1);
    offer(-2);
  }

  /** What came in all. */
  @Arbiter
  public void arbiter(IZ_Result result) {
    drainTheRest(result);
  }
}
