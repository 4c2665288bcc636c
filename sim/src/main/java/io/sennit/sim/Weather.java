package io.sennit.sim;

import java.util.SplittableRandom;

/**
 * What the network, the disks, the clocks and the processes of a simulation suffer. Probabilities
 * are per segment or packet; rates are faults per minute of virtual time over the whole cluster,
 * and only blow during {@link Simulation#storm}.
 *
 * @param latencyMicros one way, least, drawn anew for each pair of nodes up to twice this
 * @param jitterMicros more, up to this, drawn for each segment and packet
 * @param spike probability that a segment or packet takes 20 times as long
 * @param slice probability that a write arrives in 2 to 8 pieces
 * @param bytesPerSecond of each direction of a pair; 0: as many as come
 * @param loss probability that a packet is lost
 * @param duplicate probability that a packet arrives twice
 * @param reorder probability that a packet is overtaken
 * @param cuts resets of a connection, at any byte
 * @param blackHoles pairs of nodes cut one way or both
 * @param partitions cuts of the cluster in two
 * @param isolations single nodes cut off
 * @param clogs pairs whose traffic is held back, then released
 * @param pauses nodes that stop for 100 ms to 20 s
 * @param kills processes that end without goodbye and start again
 * @param powerCuts the same, and what was not synced is lost
 * @param fullDisks disks that take no more for a while
 * @param nameTroubles names that vanish or resolve slowly for a while
 * @param clockSteps wall clocks that jump by up to a minute
 * @param driftPpm how far a node's monotonic clock may run fast or slow, in millionths
 */
public record Weather(
    int latencyMicros,
    int jitterMicros,
    double spike,
    double slice,
    long bytesPerSecond,
    double loss,
    double duplicate,
    double reorder,
    double cuts,
    double blackHoles,
    double partitions,
    double isolations,
    double clogs,
    double pauses,
    double kills,
    double powerCuts,
    double fullDisks,
    double nameTroubles,
    double clockSteps,
    int driftPpm) {

  /** A good local network: nothing is lost, nothing breaks. */
  public static Weather calm() {
    return new Builder().latency(50, 50).slice(0.05).build();
  }

  /** Everything at once, more or less of each by the seed. */
  public static Weather stormy(long seed) {
    var random = new SplittableRandom(Trace.mix(seed ^ 0x57_0a_4d));
    return new Builder()
        .latency(50 + random.nextInt(2_000), random.nextInt(5_000))
        .spike(0.01 * random.nextDouble())
        .slice(0.3 * random.nextDouble())
        .packets(0.1 * random.nextDouble(), 0.05 * random.nextDouble(), 0.1 * random.nextDouble())
        .links(20 * random.nextDouble() + 5, 6 * random.nextDouble() + 2, 4 * random.nextDouble())
        .partitions(3 * random.nextDouble() + 1, 3 * random.nextDouble() + 1)
        .processes(
            6 * random.nextDouble() + 2, 4 * random.nextDouble() + 2, 2 * random.nextDouble() + 1)
        .machines(random.nextDouble(), 2 * random.nextDouble(), 2 * random.nextDouble())
        .drift(200)
        .build();
  }

  /** This weather as a beginning of another. */
  public Builder with() {
    return new Builder(this);
  }

  /** Puts a weather together; all is nothing until said. */
  public static final class Builder {
    private int latencyMicros;
    private int jitterMicros;
    private double spike;
    private double slice;
    private long bytesPerSecond;
    private double loss;
    private double duplicate;
    private double reorder;
    private double cuts;
    private double blackHoles;
    private double clogs;
    private double partitions;
    private double isolations;
    private double pauses;
    private double kills;
    private double powerCuts;
    private double fullDisks;
    private double nameTroubles;
    private double clockSteps;
    private int driftPpm;

    /** Nothing. */
    public Builder() {}

    private Builder(Weather from) {
      latencyMicros = from.latencyMicros;
      jitterMicros = from.jitterMicros;
      spike = from.spike;
      slice = from.slice;
      bytesPerSecond = from.bytesPerSecond;
      loss = from.loss;
      duplicate = from.duplicate;
      reorder = from.reorder;
      cuts = from.cuts;
      blackHoles = from.blackHoles;
      clogs = from.clogs;
      partitions = from.partitions;
      isolations = from.isolations;
      pauses = from.pauses;
      kills = from.kills;
      powerCuts = from.powerCuts;
      fullDisks = from.fullDisks;
      nameTroubles = from.nameTroubles;
      clockSteps = from.clockSteps;
      driftPpm = from.driftPpm;
    }

    /** Least latency and most jitter, in microseconds. */
    public Builder latency(int leastMicros, int mostJitterMicros) {
      latencyMicros = leastMicros;
      jitterMicros = mostJitterMicros;
      return this;
    }

    /** Probability of a long delay. */
    public Builder spike(double probability) {
      spike = probability;
      return this;
    }

    /** Probability that a write arrives in pieces. */
    public Builder slice(double probability) {
      slice = probability;
      return this;
    }

    /** A bound on throughput; 0 for none. */
    public Builder bandwidth(long bytesEachSecond) {
      bytesPerSecond = bytesEachSecond;
      return this;
    }

    /** Probabilities of what datagrams suffer. */
    public Builder packets(double lost, double doubled, double overtaken) {
      loss = lost;
      duplicate = doubled;
      reorder = overtaken;
      return this;
    }

    /** Connections reset, pairs cut, pairs clogged; per minute. */
    public Builder links(double resets, double pairsCut, double pairsClogged) {
      cuts = resets;
      blackHoles = pairsCut;
      clogs = pairsClogged;
      return this;
    }

    /** The cluster cut in two, and single nodes cut off; per minute. */
    public Builder partitions(double inTwo, double single) {
      partitions = inTwo;
      isolations = single;
      return this;
    }

    /** Processes stopped for a while, killed, and killed with their power cut; per minute. */
    public Builder processes(double stopped, double killed, double withoutPower) {
      pauses = stopped;
      kills = killed;
      powerCuts = withoutPower;
      return this;
    }

    /** Full disks, vanishing names, jumping wall clocks; per minute. */
    public Builder machines(double disks, double names, double clocks) {
      fullDisks = disks;
      nameTroubles = names;
      clockSteps = clocks;
      return this;
    }

    /** How far monotonic clocks drift, in millionths. */
    public Builder drift(int ppm) {
      driftPpm = ppm;
      return this;
    }

    /** The weather. */
    public Weather build() {
      return new Weather(
          latencyMicros,
          jitterMicros,
          spike,
          slice,
          bytesPerSecond,
          loss,
          duplicate,
          reorder,
          cuts,
          blackHoles,
          partitions,
          isolations,
          clogs,
          pauses,
          kills,
          powerCuts,
          fullDisks,
          nameTroubles,
          clockSteps,
          driftPpm);
    }
  }
}
