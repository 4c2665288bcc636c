package io.sennit.sim.junit;

import io.sennit.sim.Injected;
import io.sennit.sim.Simulation;
import io.sennit.sim.SimulationBuilder;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Which seeds are run, and running one so that its sameness is checked. */
public final class Seeds {
  private static final int LONG_FACTOR = 10;
  private static final long LARGEST_FRESH = 1_000_000_000_000L;

  private Seeds() {}

  /** A simulation run that can be repeated. */
  @FunctionalInterface
  public interface Scenario {
    /** Runs it; may throw anything. */
    void run(Simulation simulation) throws Exception;
  }

  /** Whether the long form of tests was asked for. */
  public static boolean isLong() {
    return Boolean.getBoolean("sennit.long");
  }

  static List<Long> of(SeededTest wanted) {
    String named = System.getProperty("sennit.seeds", "").strip();
    if (!named.isEmpty()) {
      return Arrays.stream(named.split(",", -1)).flatMapToLong(Seeds::range).boxed().toList();
    }
    int factor = isLong() ? LONG_FACTOR : 1;
    var seeds = new LinkedHashSet<Long>();
    for (long failed : wanted.failedOnce()) {
      seeds.add(failed);
    }
    for (long seed = 1; seed <= (long) wanted.fixed() * factor; seed++) {
      seeds.add(seed);
    }
    var random = new SplittableRandom();
    for (int i = 0; i < wanted.fresh() * factor; i++) {
      seeds.add(random.nextLong(1_000_000, LARGEST_FRESH));
    }
    return new ArrayList<>(seeds);
  }

  /** One seed, or all from one to another: {@code 7}, {@code 1-100}. */
  private static LongStream range(String named) {
    var ends = named.strip().split("-", 2);
    return LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
  }

  static void tellReplay(Class<?> test, Method method, long seed) {
    // surefire runs a module's tests in the module's folder
    var module = Path.of("").toAbsolutePath().getFileName();
    System.getLogger(Seeds.class.getName())
        .log(
            Level.ERROR,
            "replay: mvn -q -pl "
                + module
                + " -am test -Dtest='"
                + test.getSimpleName()
                + "#"
                + method.getName()
                + "' -Dsennit.seeds="
                + seed
                + " -Dsurefire.failIfNoSpecifiedTests=false");
  }

  /**
   * Runs a scenario twice with a seed and checks that the same happened.
   *
   * @return what the first run inflicted
   */
  public static Injected twice(long seed, Scenario scenario) {
    return twice(seed, builder -> builder, scenario);
  }

  /** The same with a simulation made to measure. */
  public static Injected twice(
      long seed, UnaryOperator<SimulationBuilder> making, Scenario scenario) {
    var injected = new Injected[1];
    long first = run(seed, making, scenario, s -> injected[0] = s.injected());
    long second = run(seed, making, scenario, _ -> {});
    if (first != second) {
      throw new AssertionError(
          "seed "
              + seed
              + " ran in two ways: "
              + Long.toHexString(first)
              + " and "
              + Long.toHexString(second));
    }
    return injected[0];
  }

  private static long run(
      long seed,
      UnaryOperator<SimulationBuilder> making,
      Scenario scenario,
      Consumer<Simulation> after) {
    try (var simulation = making.apply(Simulation.builder(seed)).build()) {
      try {
        scenario.run(simulation);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "seed "
                + seed
                + ", at "
                + simulation.time()
                + ", after "
                + simulation.injected()
                + ": "
                + e.getMessage()
                + "\nthe last events:\n"
                + simulation.lastEvents(),
            e);
      }
      after.accept(simulation);
      return simulation.traceHash();
    }
  }
}
