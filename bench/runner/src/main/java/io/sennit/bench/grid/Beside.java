package io.sennit.bench.grid;

import io.sennit.bench.peers.BenchHome;
import io.sennit.bench.peers.JvmSettings;
import io.sennit.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Two builds of the grid, measured back to back: what a change costs. */
final class Beside {
  /** A rate below, and a cost above, that is marked; the noise of a quiet machine is less. */
  private static final double LEAST_RATE = 0.90;

  private static final double MOST_COST = 1.05;

  /**
   * One case: this build's figures divided by the other's; null where one has none.
   *
   * @param what the case in words
   * @param rate operations a second
   * @param cpu CPU time of an operation
   * @param bytes heap bytes of an operation
   * @param noisy whether others used so much of the machine that the figures say little
   */
  record Ratio(
      String what,
      @Nullable Double rate,
      @Nullable Double cpu,
      @Nullable Double bytes,
      boolean noisy) {
    /** What is worse by more than it may be, in words; empty: nothing. */
    String worse() {
      List<String> all = new ArrayList<>();
      if (rate != null && rate < LEAST_RATE) {
        all.add("rate");
      }
      if (cpu != null && cpu > MOST_COST) {
        all.add("CPU");
      }
      if (bytes != null && bytes > MOST_COST) {
        all.add("bytes");
      }
      return String.join(", ", all);
    }
  }

  private Beside() {}

  static int run(GridOptions options, BenchHome other, JvmSettings settings, PrintWriter out)
      throws IOException, InterruptedException {
    BenchHome home = BenchHome.find();
    for (BenchHome one : List.of(home, other)) {
      if (!one.has("sennit")) {
        out.println("not built: " + one.folder().resolve("sennit"));
        return 2;
      }
    }
    GridPlan plan = GridPlan.beside(options.rounds()).only(options.works);
    if (plan.cases().isEmpty()) {
      out.println("nothing to run");
      return 2;
    }
    out.printf("this: %s%nother: %s%n", home.folder(), other.folder());
    List<Row> rows;
    List<String> failures;
    try (GridRun run = new GridRun(plan, Systems.beside(other), home, settings, out)) {
      rows = run.run();
      failures = run.failures();
    }
    print(ratios(rows), out);
    failures.forEach(line -> out.println("failed: " + line));
    return failures.isEmpty() ? 0 : 1;
  }

  /** The cases that both builds have, in their order. */
  static List<Ratio> ratios(List<Row> rows) {
    List<Ratio> ratios = new ArrayList<>();
    for (Row ours : rows) {
      for (Row theirs : rows) {
        if (ours.system().equals(Systems.THIS)
            && theirs.system().equals(Systems.OTHER)
            && what(ours).equals(what(theirs))) {
          ratios.add(
              new Ratio(
                  what(ours),
                  ratio(ours, theirs, Row::opsPerS),
                  ratio(ours, theirs, Row::cpuUsPerOp),
                  ratio(ours, theirs, Row::allocPerOp),
                  ours.noisy() || theirs.noisy()));
        }
      }
    }
    return ratios;
  }

  private static String what(Row row) {
    return String.format(
        Locale.ROOT, "%-14s %6d B x%-4d %s", row.work(), row.payload(), row.inflight(), row.mode());
  }

  private static @Nullable Double ratio(
      Row ours, Row theirs, Function<Row, @Nullable Double> figure) {
    Double one = figure.apply(ours);
    Double two = figure.apply(theirs);
    return one == null || two == null || two == 0 ? null : one / two;
  }

  private static void print(List<Ratio> ratios, PrintWriter out) {
    out.printf("%nthis / other%n%-54s %6s %6s %6s%n", "case", "rate", "CPU", "bytes");
    for (Ratio one : ratios) {
      out.printf(
          Locale.ROOT,
          "%-54s %6s %6s %6s  %s%s%n",
          one.what(),
          text(one.rate()),
          text(one.cpu()),
          text(one.bytes()),
          one.worse().isEmpty() ? "" : "worse: " + one.worse(),
          one.noisy() ? " (noisy)" : "");
    }
  }

  private static String text(@Nullable Double ratio) {
    return Objects.isNull(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
  }
}
