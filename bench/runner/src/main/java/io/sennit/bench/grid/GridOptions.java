package io.sennit.bench.grid;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The suite's command line. */
@Command(
    name = "bench grid",
    description =
        "Calls and streams of the grid beside raw Netty, a blocking socket, grpc-java and RSocket.",
    footer = {
      "",
      "Every system runs in two processes of its own with the same flags, all are warmed and stay"
          + " alive, and each case runs on all of them back to back. Keep the machine quiet: a"
          + " sample in which others use more than 20%% of it is dropped, up to two times, and then"
          + " kept and marked noisy."
    })
final class GridOptions {
  private static final int ROUNDS = 3;
  private static final int ROUNDS_BESIDE = 5;

  @Option(
      names = "--quick",
      description =
          "512 B calls at 1 and 256 in flight and the 512 B server stream, in at most 150 s.")
  boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "Write rows, targets and env.")
  @Nullable Path json;

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description = "Write the chart (HTML). Default: beside FILE of --json, else .sennit/bench.")
  @Nullable Path chart;

  @Option(
      names = "--only",
      paramLabel = "PEERS",
      split = ",",
      description = "Only these: sennit, raw-netty, blocking-socket, grpc-java, rsocket-java.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--work",
      paramLabel = "WORK",
      split = ",",
      description =
          "Only these: unary, server-stream, client-stream, bidi, idle, hol-alone, hol,"
              + " hol-message.")
  List<String> works = new ArrayList<>();

  @Option(
      names = "--beside",
      paramLabel = "DIR",
      description =
          "Measure this build's grid beside that of another checkout, built already, and print for"
              + " each case this / other of rate, CPU and heap bytes of an operation.")
  @Nullable Path beside;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Default: " + ROUNDS + "; with --beside " + ROUNDS_BESIDE + ".")
  @Nullable Integer told;

  int rounds() {
    Integer rounds = told;
    return rounds != null ? rounds : beside == null ? ROUNDS : ROUNDS_BESIDE;
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  boolean help;

  Path chartFile() {
    Path told = chart;
    if (told != null) {
      return told;
    }
    Path beside = json;
    if (beside == null) {
      return Path.of(".sennit", "bench", "grid.html");
    }
    String name = String.valueOf(beside.getFileName());
    int dot = name.lastIndexOf('.');
    return beside.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".html");
  }
}
