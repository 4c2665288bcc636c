package io.sennit.bench.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The report for a terminal. */
public final class TextTable {
  private static final String ROW = "%-14s %7s %8s  %-24s %-16s %8s %8s %8s %8s %9s %7s %6s %s%n";

  private TextTable() {}

  /** Prints rows, then targets. */
  public static void print(Report report, PrintWriter out) {
    rows(report.rows(), out);
    targets(report.targets(), out);
  }

  private static void rows(List<Row> rows, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        ROW,
        "work",
        "payload",
        "inflight",
        "caller/handler/transport",
        "system",
        "ops/s",
        "p50 us",
        "p99 us",
        "cpu us",
        "alloc B",
        "foreign",
        "rounds",
        "");
    for (Row row : rows) {
      out.printf(
          Locale.ROOT,
          ROW,
          row.work(),
          row.payload(),
          row.inflight(),
          row.mode(),
          row.system(),
          Figures.brief(row.opsPerS()),
          Figures.brief(row.p50Us()),
          Figures.brief(row.p99Us()),
          Figures.brief(row.cpuUsPerOp()),
          Figures.brief(row.allocPerOp()),
          Figures.percent(row.cpuForeign()),
          row.rounds(),
          row.noisy() ? "noisy" : "");
    }
  }

  private static void targets(List<Target> targets, PrintWriter out) {
    if (targets.isEmpty()) {
      return;
    }
    out.printf("%ntargets (a missed one fails nothing)%n");
    for (Target target : targets) {
      String mark = target.mark();
      out.printf(
          Locale.ROOT,
          "%-6s %-72s %-8s measured %s%s%n",
          target.met() ? "met" : "missed",
          target.name(),
          target.goal(),
          Figures.brief(target.measured()),
          mark == null ? "" : "   [" + mark + "]");
    }
  }
}
