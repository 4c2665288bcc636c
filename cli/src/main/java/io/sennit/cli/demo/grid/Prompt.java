package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Bounds;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Screen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tour goes on as a prompt: questions, and a cluster to be hurt. */
final class Prompt {
  private static final List<String> HELP =
      List.of(
          "  WORD       search it: files, lines, time, and whether a plain scan says the same",
          "  :workers   each worker's pid, host and state; try kill -9 PID in another terminal",
          "  :kill N    SIGKILL worker N",
          "  :cut 0,1 from 2,3   nothing comes through between these workers",
          "  :delay MS  everything between workers takes so many milliseconds longer",
          "  :lose N    N percent of the packets between workers are lost",
          "  :heal      ends cuts, delays and losses",
          "  :help      this",
          "  :quit      end, with the tour's table (so does the end of the input)");

  private static final Pattern CUT =
      Pattern.compile(":cut (\\d{1,2}(?:,\\d{1,2})*) from (\\d{1,2}(?:,\\d{1,2})*)");

  private final Base base;
  private final DemoCluster cluster;
  private final Screen screen;
  private final Bounds bounds;
  private final Supplier<String> live;

  Prompt(Base base, Screen screen, Bounds bounds, Supplier<String> live) {
    this.base = base;
    this.cluster = base.cluster();
    this.screen = screen;
    this.bounds = bounds;
    this.live = live;
  }

  /** Until {@code :quit} or the input's end. */
  void run(InputStream input) throws IOException {
    screen.line("");
    screen.line("The tour is over; the cluster is yours.");
    HELP.forEach(screen::line);
    workers();
    var in = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    try (var guard = new Guard(cluster, screen)) {
      while (true) {
        screen.prompt("sennit> ");
        var line = in.readLine();
        if (line == null || line.strip().equals(":quit")) {
          screen.line("");
          return;
        }
        answer(line.strip(), guard);
      }
    }
  }

  private void answer(String line, Guard guard) throws IOException {
    if (line.isEmpty()) {
      screen.line(live.get());
    } else if (line.equals(":workers")) {
      workers();
    } else if (line.matches(":kill \\d{1,2}")) {
      kill(Integer.parseInt(line.substring(6)));
    } else if (CUT.matcher(line).matches()) {
      cut(line);
    } else if (line.matches(":delay \\d{1,4}")) {
      cluster.delay(Duration.ofMillis(Integer.parseInt(line.substring(7))));
    } else if (line.matches(":lose \\d{1,2}")) {
      cluster.lose(Integer.parseInt(line.substring(6)) / 100.0);
    } else if (line.equals(":heal")) {
      cluster.heal();
    } else if (line.startsWith(":")) {
      HELP.forEach(screen::line);
    } else {
      search(line, guard);
    }
  }

  private void workers() {
    for (int i = 0; i < cluster.size(); i++) {
      screen.line(
          "  worker %d  pid %-7d %s  %s"
              .formatted(
                  i,
                  cluster.worker(i).pid(),
                  cluster.worker(i).host(),
                  cluster.connection(i).state()));
    }
    screen.line(live.get());
  }

  private void kill(int index) {
    if (index >= cluster.size()) {
      screen.line("  workers are 0 to " + (cluster.size() - 1));
      return;
    }
    cluster.worker(index).kill();
  }

  private void cut(String line) {
    var parts = CUT.matcher(line);
    try {
      if (parts.matches()) {
        cluster.cut(numbers(parts.group(1)), numbers(parts.group(2)));
      }
    } catch (IllegalArgumentException e) {
      screen.line("  " + e.getMessage());
    }
  }

  private static Set<Integer> numbers(String list) {
    return Arrays.stream(list.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
  }

  private void search(String term, Guard guard) throws IOException {
    var answer = base.count(term);
    screen.line(
        "  '%s': %,d files, %,d lines in %.1f ms"
            .formatted(term, answer.files(), answer.lines(), answer.millis()));
    answer
        .missing()
        .forEach(
            (worker, why) ->
                screen.line("  without the share of worker " + worker + ": " + why.what()));
    long begin = System.nanoTime();
    var plain = PlainScan.of(cluster.dir().toFile(), List.of(term), bounds);
    var counting = files(answer.counts().keySet());
    var steady = new HashSet<>(base.expected().steady(counting));
    var right = plain.total(term, steady::contains);
    boolean same = right.files() == answer.files() && right.lines() == answer.lines();
    int changed = counting.size() - steady.size();
    screen.line(
        "  a plain scan of the same files says %s (%.0f ms)%s%s"
            .formatted(
                same ? "the same" : right.files() + " files, " + right.lines() + " lines",
                (System.nanoTime() - begin) / 1e6,
                changed == 0 ? "" : "; " + changed + " files have changed since they were indexed",
                guard.isBusy() ? "; a worker is being started" : ""));
    screen.line(live.get());
  }

  private List<String> files(Set<Integer> workers) {
    return workers.stream().flatMap(w -> base.expected().files(w).stream()).toList();
  }
}
