package io.sennit.sim;

/**
 * A rate and the queue before it. What comes faster waits its turn; a packet that finds no room in
 * the queue is dropped (tail drop), a link's segment is sent again when there is room.
 *
 * @param bytesPerSecond what leaves the queue, headers included; 0: no bottleneck
 * @param queueBytes room in the queue, at least one packet of 1,500 bytes
 */
public record Bottleneck(long bytesPerSecond, int queueBytes) {
  /** As fast as one likes. */
  public static final Bottleneck NONE = new Bottleneck(0, 1 << 20);

  private static final int LEAST_QUEUE = 1_500;

  /** Checks the ranges. */
  public Bottleneck {
    if (bytesPerSecond < 0 || queueBytes < LEAST_QUEUE) {
      throw new IllegalArgumentException(
          bytesPerSecond
              + " bytes a second with a queue of "
              + queueBytes
              + " bytes: a rate is not negative, a queue holds at least "
              + LEAST_QUEUE);
    }
  }

  boolean isNone() {
    return bytesPerSecond == 0;
  }
}
