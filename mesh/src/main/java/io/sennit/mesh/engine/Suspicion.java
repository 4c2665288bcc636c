package io.sennit.mesh.engine;

/**
 * How long a doubted member has to show that it is there: long while one member alone doubts it,
 * shorter with each other that does (Lifeguard).
 */
final class Suspicion {
  /** Others whose doubt makes the time as short as it gets. */
  static final int CONFIRMATIONS = 3;

  private static final int LONGEST = 6;

  private Suspicion() {}

  /** Repeats of a piece of gossip, and the factor of the shortest time. */
  static double scale(int members) {
    return 4 * StrictMath.log10(members + 1);
  }

  /**
   * The time.
   *
   * @param interval between two probes
   * @param members of the view
   * @param confirmations by others than the first
   */
  static long nanos(long interval, int members, int confirmations) {
    double shortest = Math.max(scale(members), 3) * interval;
    double longest = LONGEST * shortest;
    double share =
        StrictMath.log(Math.min(confirmations, CONFIRMATIONS) + 1)
            / StrictMath.log(CONFIRMATIONS + 1);
    return (long) Math.max(shortest, longest - (longest - shortest) * share);
  }
}
