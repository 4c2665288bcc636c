package io.sennit.bench.grid;

import io.sennit.bench.harness.Load;
import io.sennit.bench.peers.BenchHome;
import io.sennit.bench.peers.CpuWatch;
import io.sennit.bench.peers.JvmSettings;
import io.sennit.bench.peers.PeerPair;
import io.sennit.bench.peers.Pinning;
import io.sennit.bench.peers.Sample;
import io.sennit.bench.report.Figures;
import io.sennit.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run: all systems are started and warmed and stay alive; then, round by round and case by
 * case, they run back to back in shuffled order, so that a ratio compares neighbours in time.
 */
final class GridRun implements AutoCloseable {
  private static final int RETRIES = 2;

  private final GridPlan plan;
  private final PrintWriter out;
  private final List<PeerPair> pairs = new ArrayList<>();
  private final List<Systems.Entry> entries;
  private final Samples samples = new Samples();
  private final List<String> failures = new ArrayList<>();
  private final Random random = new Random();
  private final @Nullable Pinning pinning;
  private final long start = System.nanoTime();
  private final Thread onExit = new Thread(this::closePairs, "stop peers");
  private @Nullable CpuWatch watch;
  private int done;
  private int planned;

  GridRun(
      GridPlan plan,
      List<Systems.Entry> entries,
      BenchHome home,
      JvmSettings settings,
      PrintWriter out)
      throws IOException, InterruptedException {
    this.plan = plan;
    this.entries = entries;
    this.out = out;
    this.pinning = Pinning.find();
    Runtime.getRuntime().addShutdownHook(onExit); // Ctrl-C
    try {
      for (Systems.Entry entry : entries) {
        BenchHome built = entry.builtIn() == null ? home : entry.builtIn();
        pairs.add(new PeerPair(built, settings, entry.module(), entry.peer(), entry.name()));
      }
      for (PeerPair pair : pairs) {
        pair.await();
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
    List<Long> pids = new ArrayList<>();
    pairs.forEach(pair -> Collections.addAll(pids, pair.serverPid(), pair.clientPid()));
    watch = CpuWatch.of(pids);
  }

  boolean pins() {
    return pinning != null;
  }

  /** What went wrong on the way, a line each; the rest of the run went on. */
  List<String> failures() {
    return failures;
  }

  /** Runs the plan and gives the rows. */
  List<Row> run() throws InterruptedException {
    for (int i = 0; i < pairs.size(); i++) {
      Systems.Entry entry = entries.get(i);
      out.printf(Locale.ROOT, "[%s] warming %s%n", clock(), entry.name());
      try {
        WarmUp.run(pairs.get(i), plan.cases(), entry.warmSeconds());
      } catch (IOException e) {
        failed(pairs.get(i), "warm-up", e);
      }
    }
    planned = plan.rounds() * plan.cases().stream().mapToInt(load -> on(load).size()).sum();
    long longest = 0;
    for (int round = 1; round <= plan.rounds(); round++) {
      long before = elapsedSeconds();
      if (round > 1 && before + longest > plan.budgetSeconds()) {
        out.printf("out of time: round %d and later are left out%n", round);
        break;
      }
      for (Load load : plan.cases()) {
        for (PeerPair pair : on(load)) {
          measure(round, load, pair);
        }
      }
      longest = Math.max(longest, elapsedSeconds() - before);
    }
    return samples.rows(plan.cases(), entries.stream().map(Systems.Entry::name).toList());
  }

  /** The systems that can take such a load, in an order of their own each time. */
  private List<PeerPair> on(Load load) {
    List<PeerPair> able = new ArrayList<>(pairs);
    able.removeIf(pair -> !pair.alive() || !pair.supports(load));
    Collections.shuffle(able, random);
    return able;
  }

  private void measure(int round, Load load, PeerPair pair) throws InterruptedException {
    done++;
    String what =
        String.format(
            Locale.ROOT,
            "%-13s %5d B x%-4d %-24s %-16s",
            load.work(),
            load.payload(),
            load.inflight(),
            load.mode(),
            pair.system());
    try {
      Sample sample = once(load, pair);
      int retries = 0;
      while (Samples.noisy(sample) && retries < RETRIES && timeForMore(load)) {
        retries++;
        sample = once(load, pair);
      }
      samples.add(load, pair.system(), sample);
      out.printf(
          Locale.ROOT,
          "[%s] %d/%d round %d  %s %7s/s  foreign %s%s%n",
          clock(),
          done,
          planned,
          round,
          what,
          Figures.brief(sample.opsPerS()),
          Figures.percent(sample.cpuForeign()),
          note(sample, retries));
    } catch (IOException e) {
      failed(pair, what, e);
    }
  }

  /** One system's failure costs its own figures only; without its processes it is out. */
  private void failed(PeerPair pair, String what, IOException cause) {
    String line = pair.system() + ", " + what.strip() + ": " + cause.getMessage();
    failures.add(line);
    out.printf("[%s] failed: %s%n", clock(), line);
    if (!pair.alive()) {
      out.printf("[%s] %s takes no further part%n", clock(), pair.system());
      pair.close();
    }
  }

  private static String note(Sample sample, int retries) {
    String tried = retries == 0 ? "" : ", dropped " + retries;
    return Samples.noisy(sample) ? tried + ", noisy" : tried;
  }

  private Sample once(Load load, PeerPair pair) throws IOException, InterruptedException {
    Pinning pins = GridPlan.pinned(load) ? pinning : null;
    if (pins == null) {
      return window(load, pair);
    }
    pins.pin(pair);
    try {
      return window(load, pair);
    } finally {
      pins.release(pair);
    }
  }

  private Sample window(Load load, PeerPair pair) throws IOException, InterruptedException {
    if (!load.work().equals(Load.IDLE)) {
      pair.run(load.lasting(plan.leadMillis()), null);
    }
    return pair.run(load, watch);
  }

  /** Whether a retry still leaves the time that the rest of the plan will take. */
  private boolean timeForMore(Load load) {
    double each = (plan.leadMillis() + load.millis() + 200) / 1000.0;
    return elapsedSeconds() + each * (planned - done + 1) < plan.budgetSeconds();
  }

  private long elapsedSeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
  }

  private String clock() {
    long seconds = elapsedSeconds();
    return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
  }

  private void closePairs() {
    pairs.forEach(PeerPair::close);
  }

  @Override
  public void close() {
    closePairs();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      return; // the hook is what runs us
    }
  }
}
