package io.sennit.sim;

/**
 * What one direction between two nodes does to what passes. The same for all paths of a simulation
 * ({@link Weather#path}) unless a path has its own ({@link Faults#path}); also what {@link
 * FaultyDatagrams} does to real packets.
 *
 * @param latencyMicros one way, least; a simulated path has a latency of its own between once and
 *     twice this
 * @param jitterMicros more, up to this, drawn for each segment and packet
 * @param spike probability that a segment or packet takes 20 times as long
 * @param slice probability that a link's write arrives in 2 to 8 pieces; not for packets
 * @param loss probability that a packet is lost
 * @param burst loss in bursts, beside the other
 * @param duplicate probability that a packet arrives twice
 * @param reorder probability that a packet is held back by up to 2 ms, so that others overtake it
 * @param corrupt probability that one bit of a packet is flipped
 * @param truncate probability that a packet loses its end
 * @param mtu bytes of the longest packet that passes, with its headers of 28 bytes (IPv4 and UDP);
 *     the system of who sends longer ones is told a round trip later; 0: what interfaces take
 * @param blackHole whether nobody is told of packets that are too long
 * @param bottleneck rate and queue of this direction of this pair alone
 */
public record PathWeather(
    int latencyMicros,
    int jitterMicros,
    double spike,
    double slice,
    double loss,
    BurstLoss burst,
    double duplicate,
    double reorder,
    double corrupt,
    double truncate,
    int mtu,
    boolean blackHole,
    Bottleneck bottleneck) {

  /** Bytes of IPv4 and UDP headers. */
  static final int HEADERS = 28;

  /** Checks the ranges. */
  public PathWeather {
    if (latencyMicros < 0 || jitterMicros < 0 || mtu < 0) {
      throw new IllegalArgumentException(
          "latency " + latencyMicros + " us, jitter " + jitterMicros + " us, MTU " + mtu);
    }
    for (double one : new double[] {spike, slice, loss, duplicate, reorder, corrupt, truncate}) {
      checkProbability(one);
    }
  }

  static void checkProbability(double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a probability is from 0 to 1: " + p);
    }
  }

  /** Nothing happens and no time goes by, until said. */
  public static Builder builder() {
    return new Builder();
  }

  /** This as a beginning of another. */
  public Builder with() {
    var builder = new Builder();
    builder.latencyMicros = latencyMicros;
    builder.jitterMicros = jitterMicros;
    builder.spike = spike;
    builder.slice = slice;
    builder.loss = loss;
    builder.burst = burst;
    builder.duplicate = duplicate;
    builder.reorder = reorder;
    builder.corrupt = corrupt;
    builder.truncate = truncate;
    builder.mtu = mtu;
    builder.blackHole = blackHole;
    builder.bottleneck = bottleneck;
    return builder;
  }

  /** Puts the weather of a path together. */
  public static final class Builder {
    private int latencyMicros;
    private int jitterMicros;
    private double spike;
    private double slice;
    private double loss;
    private BurstLoss burst = BurstLoss.NONE;
    private double duplicate;
    private double reorder;
    private double corrupt;
    private double truncate;
    private int mtu;
    private boolean blackHole;
    private Bottleneck bottleneck = Bottleneck.NONE;

    private Builder() {}

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

    /** Probability that a packet is lost. */
    public Builder loss(double probability) {
      loss = probability;
      return this;
    }

    /** Loss in bursts. */
    public Builder burst(BurstLoss bursts) {
      burst = bursts;
      return this;
    }

    /** Probability that a packet arrives twice. */
    public Builder duplicate(double probability) {
      duplicate = probability;
      return this;
    }

    /** Probability that a packet is overtaken. */
    public Builder reorder(double probability) {
      reorder = probability;
      return this;
    }

    /** Probability that a bit of a packet is flipped. */
    public Builder corrupt(double probability) {
      corrupt = probability;
      return this;
    }

    /** Probability that a packet loses its end. */
    public Builder truncate(double probability) {
      truncate = probability;
      return this;
    }

    /** Bytes of the longest packet that passes, with its 28 bytes of headers; who sends is told. */
    public Builder mtu(int bytes) {
      mtu = bytes;
      blackHole = false;
      return this;
    }

    /** The same, and nobody is told: longer ones vanish. */
    public Builder blackHoleAbove(int bytes) {
      mtu = bytes;
      blackHole = true;
      return this;
    }

    /** Rate and queue of this direction of this pair. */
    public Builder bottleneck(long bytesPerSecond, int queueBytes) {
      bottleneck = new Bottleneck(bytesPerSecond, queueBytes);
      return this;
    }

    /** The weather of a path. */
    public PathWeather build() {
      return new PathWeather(
          latencyMicros,
          jitterMicros,
          spike,
          slice,
          loss,
          burst,
          duplicate,
          reorder,
          corrupt,
          truncate,
          mtu,
          blackHole,
          bottleneck);
    }
  }
}
