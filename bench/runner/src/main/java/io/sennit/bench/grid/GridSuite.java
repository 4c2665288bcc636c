package io.sennit.bench.grid;

import io.sennit.bench.BenchSuite;
import io.sennit.bench.peers.BenchHome;
import io.sennit.bench.peers.JvmSettings;
import io.sennit.bench.report.Chart;
import io.sennit.bench.report.Env;
import io.sennit.bench.report.Report;
import io.sennit.bench.report.Row;
import io.sennit.bench.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** {@code bench grid}. */
public final class GridSuite implements BenchSuite {
  @Override
  public String name() {
    return "grid";
  }

  @Override
  public String summary() {
    return "calls and streams beside raw Netty, a socket, grpc-java and RSocket";
  }

  @Override
  public int run(List<String> arguments, PrintWriter out) throws Exception {
    GridOptions options = new GridOptions();
    CommandLine line = new CommandLine(options);
    try {
      line.parseArgs(arguments.toArray(String[]::new));
      if (options.rounds() < 1) {
        throw new CommandLine.ParameterException(line, "--rounds: at least 1");
      }
    } catch (CommandLine.ParameterException e) {
      out.println(e.getMessage());
      line.usage(out);
      return 2;
    }
    if (options.help) {
      line.usage(out);
      return 0;
    }
    Path other = options.beside;
    if (other != null) {
      return Beside.run(options, BenchHome.of(other), JvmSettings.of("256m", "1g"), out);
    }
    GridPlan plan =
        (options.quick ? GridPlan.quick(options.rounds()) : GridPlan.full(options.rounds()))
            .only(options.works);
    return run(options, plan, JvmSettings.of("256m", "1g"), out);
  }

  private static int run(GridOptions options, GridPlan plan, JvmSettings settings, PrintWriter out)
      throws IOException, InterruptedException {
    BenchHome home = BenchHome.find();
    List<Systems.Entry> entries = choose(options.only, home, out);
    if (entries.isEmpty() || plan.cases().isEmpty()) {
      out.println("nothing to run");
      return 2;
    }
    Report report;
    List<String> failures;
    try (GridRun run = new GridRun(plan, entries, home, settings, out)) {
      Env env = env(settings, run.pins());
      out.printf("%s, %d cores%n%s%n", env.jdk(), env.cores(), String.join(" ", env.flags()));
      List<Row> rows = run.run();
      failures = run.failures();
      report = new Report(rows, GridTargets.of(rows, Baselines.load()), env);
    }
    out.println();
    TextTable.print(report, out);
    Path json = options.json;
    if (json != null) {
      Report.write(json, report.json());
      out.println("json: " + json);
    }
    Report.write(options.chartFile(), Chart.html("Sennit grid beside its peers", report));
    out.println("chart: " + options.chartFile());
    failures.forEach(line -> out.println("failed: " + line));
    return failures.isEmpty() ? 0 : 1;
  }

  private static List<Systems.Entry> choose(List<String> only, BenchHome home, PrintWriter out) {
    List<Systems.Entry> chosen = new ArrayList<>();
    for (Systems.Entry entry : Systems.ALL) {
      if (!only.isEmpty() && !only.contains(entry.name())) {
        continue;
      }
      if (home.has(entry.module())) {
        chosen.add(entry);
      } else {
        out.println("not built, left out: " + entry.name());
      }
    }
    return chosen;
  }

  private static Env env(JvmSettings settings, boolean pins) {
    List<String> flags = new ArrayList<>(settings.flags());
    flags.add(pins ? "(1 in flight: pinned, one core each)" : "(nothing pinned: no taskset)");
    return new Env(
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        flags,
        Runtime.getRuntime().availableProcessors());
  }
}
