package io.sennit.sim;

/**
 * Loss in bursts, after Gilbert and Elliott: a path is good or bad, and changes with the packets
 * that come. In its bad state it loses many; loss in its good state is {@link PathWeather#loss}.
 *
 * @param begins probability, for each packet, that a good path turns bad
 * @param ends probability, for each packet, that a bad path turns good: a burst is 1/ends packets
 *     long on average
 * @param loss probability that a packet is lost while the path is bad
 */
public record BurstLoss(double begins, double ends, double loss) {
  /** No bursts. */
  public static final BurstLoss NONE = new BurstLoss(0, 1, 0);

  /** Checks the ranges. */
  public BurstLoss {
    PathWeather.checkProbability(begins);
    PathWeather.checkProbability(ends);
    PathWeather.checkProbability(loss);
  }
}
