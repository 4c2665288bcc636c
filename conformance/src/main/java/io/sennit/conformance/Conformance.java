package io.sennit.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Runs Autobahn against the grid's framing and fails unless everything is as expected: {@code
 * Conformance FOLDER}. The folder gets the suite's reports and what it prints.
 */
public final class Conformance {
  private static final Duration DEADLINE = Duration.ofMinutes(15);
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private final Path folder;

  private Conformance(Path folder) {
    this.folder = folder;
  }

  /** The program. */
  public static void main(String[] args) throws Exception {
    var folder = Path.of(args[0]).toAbsolutePath();
    clear(folder);
    System.exit(new Conformance(folder).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    long began = System.nanoTime();
    var expectations = Expectations.checkedIn();
    var judge = new Judge(expectations);
    var failures = new ArrayList<String>();
    try (var server = new EchoServer();
        var client = new FuzzingClient(folder)) {
      var suite = client.run(server.port(), expectations::toRun, DEADLINE);
      failures.addAll(server.endings().settle(SETTLE));
      judge.judge(suite, Reports.read(folder));
      System.out.print(judge.table());
      System.out.println("the server's links ended: " + server.endings());
    }
    failures.addAll(judge.failures());
    if (!judge.better().isEmpty()) {
      System.out.println("excluded, but passed: " + judge.better());
    }
    failures.forEach(failure -> System.out.println("FAILED " + failure));
    System.out.printf(
        "Autobahn: %s after %d s; reports in %s%n",
        failures.isEmpty() ? "as expected" : failures.size() + " failures",
        Duration.ofNanos(System.nanoTime() - began).toSeconds(),
        folder);
    return failures.isEmpty();
  }

  private static void clear(Path folder) throws IOException {
    if (Files.exists(folder)) {
      List<Path> old;
      try (var all = Files.walk(folder)) {
        old = all.sorted(Comparator.reverseOrder()).toList();
      }
      for (var one : old) {
        Files.delete(one);
      }
    }
    Files.createDirectories(folder);
  }
}
