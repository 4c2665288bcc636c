package io.sennit.sim;

import io.sennit.sim.Injected.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What the network, the disks, the clocks and the processes of a simulation suffer. The paths'
 * weather ({@link #path}) and the ports' rate ({@link #port}) hold as long as the weather does;
 * faults that come so many times a minute ({@link #perMinute}) blow during {@link Simulation#storm}
 * only.
 *
 * <p>Kinds that have a rate: {@code CUT} and {@code HALF_CLOSE} hit one connection; {@code
 * BLACK_HOLE}, {@code CLOG} and {@code REFUSED} a pair of nodes; {@code PARTITION} the cluster;
 * {@code ISOLATION}, {@code PAUSE}, {@code SLOW}, {@code KILL}, {@code POWER_CUT}, {@code GONE},
 * {@code FULL_DISK}, {@code SLOW_DISK}, {@code FAILED_DISK}, {@code LYING_DISK}, {@code
 * NAME_TROUBLE} and {@code CLOCK_STEP} one node. What stands for a while stands for 100 ms at least
 * and {@link #longest} at most, short more often than long.
 */
public final class Weather {
  private static final Map<Kind, Duration> LONGEST = new EnumMap<>(Kind.class);

  static {
    for (var kind : new Kind[] {Kind.CUT, Kind.HALF_CLOSE, Kind.GONE, Kind.CLOCK_STEP}) {
      LONGEST.put(kind, Duration.ZERO);
    }
    for (var kind : new Kind[] {Kind.BLACK_HOLE, Kind.PARTITION, Kind.ISOLATION}) {
      LONGEST.put(kind, Duration.ofSeconds(10));
    }
    LONGEST.put(Kind.CLOG, Duration.ofSeconds(3));
    LONGEST.put(Kind.REFUSED, Duration.ofSeconds(5));
    LONGEST.put(Kind.PAUSE, Duration.ofSeconds(20));
    LONGEST.put(Kind.SLOW, Duration.ofSeconds(20));
    LONGEST.put(Kind.KILL, Duration.ofSeconds(5));
    LONGEST.put(Kind.POWER_CUT, Duration.ofSeconds(5));
    LONGEST.put(Kind.FULL_DISK, Duration.ofSeconds(5));
    LONGEST.put(Kind.SLOW_DISK, Duration.ofSeconds(5));
    LONGEST.put(Kind.FAILED_DISK, Duration.ofSeconds(5));
    LONGEST.put(Kind.LYING_DISK, Duration.ofSeconds(10));
    LONGEST.put(Kind.NAME_TROUBLE, Duration.ofSeconds(5));
  }

  private final PathWeather path;
  private final Bottleneck port;
  private final Map<Kind, Double> rates;
  private final Map<Kind, Duration> spans;
  private final int driftPpm;
  private final double moves;
  private final int mostGone;

  private Weather(Builder from) {
    path = from.path.build();
    port = from.port;
    rates = new EnumMap<>(from.rates);
    spans = new EnumMap<>(from.spans);
    driftPpm = from.driftPpm;
    moves = from.moves;
    mostGone = from.mostGone;
  }

  /** What each direction between two nodes does, unless a path has its own weather. */
  public PathWeather path() {
    return path;
  }

  /** Rate and queue of each node's port, for each direction, shared by all its peers. */
  public Bottleneck port() {
    return port;
  }

  /** Faults of a kind a minute of virtual time, over the whole cluster. */
  public double perMinute(Kind kind) {
    return rates.getOrDefault(kind, 0.0);
  }

  /** How long a fault of a kind stands at most; for {@code KILL} and alike, until the restart. */
  public Duration longest(Kind kind) {
    return spans.getOrDefault(kind, LONGEST.getOrDefault(kind, Duration.ZERO));
  }

  /** How far a node's monotonic clock may run fast or slow, in millionths. */
  public int driftPpm() {
    return driftPpm;
  }

  /** Share of restarts that come back at another address. */
  public double moves() {
    return moves;
  }

  /** How many nodes may go for ever. */
  public int mostGone() {
    return mostGone;
  }

  /** All kinds that this weather inflicts, given time, traffic, stores, lookups and leaders. */
  public List<Kind> kinds() {
    var kinds = new ArrayList<Kind>();
    rates.forEach((kind, rate) -> expect(kinds, rate, kind));
    expect(kinds, rates.getOrDefault(Kind.CUT, 0.0), Kind.CUT_INSIDE);
    expect(kinds, path.loss(), Kind.LOSS);
    expect(kinds, path.burst().begins() * path.burst().loss(), Kind.BURST);
    expect(kinds, path.duplicate(), Kind.DUPLICATE);
    expect(kinds, path.reorder(), Kind.REORDER);
    expect(kinds, path.corrupt(), Kind.CORRUPT);
    expect(kinds, path.truncate(), Kind.TRUNCATE);
    expect(kinds, path.mtu(), Kind.TOO_LONG);
    expect(kinds, path.slice(), Kind.SLICE);
    expect(kinds, path.spike(), Kind.SPIKE);
    expect(kinds, path.bottleneck().bytesPerSecond() + port.bytesPerSecond(), Kind.RATE);
    expect(kinds, driftPpm, Kind.DRIFT);
    expect(kinds, moves, Kind.MOVE);
    return kinds;
  }

  private static void expect(List<Kind> kinds, double rate, Kind kind) {
    if (rate > 0) {
      kinds.add(kind);
    }
  }

  /** A good local network: nothing is lost, nothing breaks. */
  public static Weather calm() {
    return new Builder().latency(50, 50).slice(0.05).build();
  }

  /** Everything at once, more or less of each by the seed; what goes wrong is over in seconds. */
  public static Weather stormy(long seed) {
    var random = new SplittableRandom(Trace.mix(seed ^ 0x57_0a_4d));
    var builder =
        new Builder()
            .latency(50 + random.nextInt(2_000), random.nextInt(5_000))
            .spike(0.01 * random.nextDouble())
            .slice(0.3 * random.nextDouble())
            .packets(
                0.1 * random.nextDouble(), 0.05 * random.nextDouble(), 0.1 * random.nextDouble())
            .damage(0.02 * random.nextDouble(), 0.02 * random.nextDouble())
            .burst(0.005 * random.nextDouble(), 0.1 + 0.2 * random.nextDouble(), 0.8)
            .links(
                20 * random.nextDouble() + 5, 6 * random.nextDouble() + 2, 4 * random.nextDouble())
            .often(Kind.HALF_CLOSE, 3 * random.nextDouble() + 1)
            .often(Kind.REFUSED, 3 * random.nextDouble() + 1)
            .partitions(3 * random.nextDouble() + 1, 3 * random.nextDouble() + 1)
            .processes(
                6 * random.nextDouble() + 2,
                4 * random.nextDouble() + 2,
                2 * random.nextDouble() + 1)
            .often(Kind.SLOW, 3 * random.nextDouble() + 1)
            .machines(random.nextDouble(), 6 * random.nextDouble(), 2 * random.nextDouble())
            .disks(
                2 * random.nextDouble() + 1,
                1.5 * random.nextDouble() + 0.5,
                2 * random.nextDouble() + 1)
            .moves(0.5 * random.nextDouble())
            .drift(200);
    if (random.nextInt(3) == 0) {
      builder.gone(1, 1);
    }
    if (random.nextInt(4) == 0) {
      builder.port(200_000 + random.nextInt(2_000_000), 16_000 + random.nextInt(200_000));
    }
    return builder.build();
  }

  /** This weather as a beginning of another. */
  public Builder with() {
    return new Builder(this);
  }

  /** Puts a weather together; all is nothing until said. */
  public static final class Builder {
    private PathWeather.Builder path = PathWeather.builder();
    private Bottleneck port = Bottleneck.NONE;
    private final EnumMap<Kind, Double> rates = new EnumMap<>(Kind.class);
    private final EnumMap<Kind, Duration> spans = new EnumMap<>(Kind.class);
    private int driftPpm;
    private double moves;
    private int mostGone;

    /** Nothing. */
    public Builder() {}

    private Builder(Weather from) {
      path = from.path.with();
      port = from.port;
      rates.putAll(from.rates);
      spans.putAll(from.spans);
      driftPpm = from.driftPpm;
      moves = from.moves;
      mostGone = from.mostGone;
    }

    /** All of what paths do, in place of what was said of it so far. */
    public Builder path(PathWeather weather) {
      path = weather.with();
      return this;
    }

    /** Least latency and most jitter, in microseconds. */
    public Builder latency(int leastMicros, int mostJitterMicros) {
      path.latency(leastMicros, mostJitterMicros);
      return this;
    }

    /** Probability of a long delay. */
    public Builder spike(double probability) {
      path.spike(probability);
      return this;
    }

    /** Probability that a write arrives in pieces. */
    public Builder slice(double probability) {
      path.slice(probability);
      return this;
    }

    /** A rate for each direction of each pair, with a queue of 1 MiB; 0 for none. */
    public Builder bandwidth(long bytesEachSecond) {
      path.bottleneck(bytesEachSecond, 1 << 20);
      return this;
    }

    /** A rate for each direction of each node's port, shared by all its peers; 0 for none. */
    public Builder port(long bytesEachSecond, int queueBytes) {
      port = new Bottleneck(bytesEachSecond, queueBytes);
      return this;
    }

    /** Probabilities that a packet is lost, doubled, overtaken. */
    public Builder packets(double lost, double doubled, double overtaken) {
      path.loss(lost).duplicate(doubled).reorder(overtaken);
      return this;
    }

    /** Loss of packets in bursts; see {@link BurstLoss}. */
    public Builder burst(double begins, double ends, double lost) {
      path.burst(new BurstLoss(begins, ends, lost));
      return this;
    }

    /** Probabilities that a bit of a packet is flipped, and that it loses its end. */
    public Builder damage(double flipped, double shortened) {
      path.corrupt(flipped).truncate(shortened);
      return this;
    }

    /** Bytes of the longest packet that passes, with its headers; see {@link PathWeather}. */
    public Builder mtu(int bytes) {
      path.mtu(bytes);
      return this;
    }

    /** The same, and nobody is told of those that do not pass. */
    public Builder blackHoleAbove(int bytes) {
      path.blackHoleAbove(bytes);
      return this;
    }

    /**
     * How many faults of a kind a minute.
     *
     * @throws IllegalArgumentException for a kind that no storm brings; see {@link Weather}
     */
    public Builder often(Kind kind, double perMinute) {
      if (!LONGEST.containsKey(kind) || !(perMinute >= 0)) {
        throw new IllegalArgumentException("no storm brings " + kind + ", " + perMinute);
      }
      rates.put(kind, perMinute);
      return this;
    }

    /**
     * How long faults of a kind stand at most; for {@code KILL} and {@code POWER_CUT}, how long the
     * process is away. Defaults are seconds; leases and timeouts are outlasted by minutes.
     */
    public Builder lasting(Kind kind, Duration longest) {
      spans.put(kind, longest);
      return this;
    }

    /** The same for all that stands or is away for a while. */
    public Builder lasting(Duration longest) {
      for (var kind : EnumSet.copyOf(LONGEST.keySet())) {
        lasting(kind, longest);
      }
      return this;
    }

    /** Connections reset, pairs cut, pairs clogged; per minute. */
    public Builder links(double resets, double pairsCut, double pairsClogged) {
      return often(Kind.CUT, resets)
          .often(Kind.BLACK_HOLE, pairsCut)
          .often(Kind.CLOG, pairsClogged);
    }

    /** The cluster cut in two, and single nodes cut off; per minute. */
    public Builder partitions(double inTwo, double single) {
      return often(Kind.PARTITION, inTwo).often(Kind.ISOLATION, single);
    }

    /** Processes stopped for a while, killed, and killed with their power cut; per minute. */
    public Builder processes(double stopped, double killed, double withoutPower) {
      return often(Kind.PAUSE, stopped)
          .often(Kind.KILL, killed)
          .often(Kind.POWER_CUT, withoutPower);
    }

    /** Processes killed that never come back: so many a minute, at most so many in all. */
    public Builder gone(double perMinute, int most) {
      mostGone = most;
      return often(Kind.GONE, perMinute);
    }

    /** Full disks, changing and failing names, jumping wall clocks; per minute. */
    public Builder machines(double disks, double names, double clocks) {
      return often(Kind.FULL_DISK, disks)
          .often(Kind.NAME_TROUBLE, names)
          .often(Kind.CLOCK_STEP, clocks);
    }

    /** Disks that are slow, that fail, and that lie about a sync; per minute. */
    public Builder disks(double slow, double failing, double lying) {
      return often(Kind.SLOW_DISK, slow)
          .often(Kind.FAILED_DISK, failing)
          .often(Kind.LYING_DISK, lying);
    }

    /** Share of restarts that come back at another address. */
    public Builder moves(double share) {
      PathWeather.checkProbability(share);
      moves = share;
      return this;
    }

    /** How far monotonic clocks drift, in millionths. */
    public Builder drift(int ppm) {
      driftPpm = ppm;
      return this;
    }

    /** The weather. */
    public Weather build() {
      return new Weather(this);
    }
  }
}
