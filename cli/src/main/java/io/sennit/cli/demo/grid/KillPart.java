package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.grid.Contracts.Ask;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.grid.Connection;
import io.sennit.grid.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** SIGKILL of one worker under load, then its return. */
final class KillPart {
  private static final Within LIMIT = Within.within(Duration.ofSeconds(30));
  private static final int SLOW_CALLS = 32;
  private static final int LONG_MS = 30_000;
  private static final long SOON_NS = TimeUnit.SECONDS.toNanos(1);

  private final Base base;
  private final int victim;
  private final Connection connection;
  private final List<State> states = new CopyOnWriteArrayList<>();

  private KillPart(Base base, int victim) {
    this.base = base;
    this.victim = victim;
    this.connection = base.cluster().connection(victim);
  }

  static void run(Base base) throws Exception {
    new KillPart(base, base.cluster().size() - 1).run();
  }

  /** How one call in flight ended, and when. */
  private record End(long atNs, Throwable why) {}

  private void run() throws Exception {
    var term = base.expected().rare();
    connection.watch(states::add);
    try (var others = new OthersLoad(base, victim)) {
      others.start();
      var ends = callsInFlight();
      var process = base.cluster().worker(victim);
      base.cluster().screen().line("      SIGKILL to worker " + victim + ", pid " + process.pid());
      long killed = System.nanoTime();
      process.kill();
      ended(ends, killed);
      refused(term);
      base.cluster().restart(victim);
      double back = (System.nanoTime() - killed) / 1e9;
      others.close();
      others.judge();
      base.checks()
          .add(
              "seen as lost, then back",
              states.contains(State.CONNECTION_ERROR) && connection().state() == State.CONNECTED,
              "CONNECTION_ERROR, then CONNECTED",
              "one process was killed and started",
              "%s; pid %d, ready again after %.1f s"
                  .formatted(states, base.cluster().worker(victim).pid(), back));
    }
  }

  private Connection connection() {
    return base.cluster().connection(victim); // another one if it came back at another port
  }

  /** Begins slow calls to the victim and waits until its handlers run. */
  private List<CompletableFuture<End>> callsInFlight() throws InterruptedException {
    var ends = new ArrayList<CompletableFuture<End>>();
    for (int i = 0; i < SLOW_CALLS; i++) {
      ends.add(
          Contracts.SLOW
              .callAsync(connection, LONG_MS, LIMIT)
              .handle(
                  (ok, why) ->
                      new End(
                          System.nanoTime(),
                          why instanceof CompletionException e && e.getCause() != null
                              ? e.getCause()
                              : why)));
    }
    // the calls go out in order: an answer to a later one shows that they have arrived
    Contracts.COUNT.call(connection, new Ask(base.expected().rare()), LIMIT);
    return ends;
  }

  private void ended(List<CompletableFuture<End>> ends, long killed) throws Exception {
    int soon = 0;
    long slowest = 0;
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    var other = "";
    for (var each : ends) {
      try {
        var end = each.get(10, TimeUnit.SECONDS);
        slowest = Math.max(slowest, end.atNs() - killed);
        if (end.why() instanceof DisconnectedException e) {
          outcomes.merge(e.outcome(), 1, Integer::sum);
          soon += end.atNs() - killed <= SOON_NS ? 1 : 0;
        } else {
          other = "; one ended with " + end.why();
        }
      } catch (TimeoutException e) {
        other = "; some had not ended after 10 s";
        break;
      }
    }
    base.checks()
        .add(
            "killed worker: calls in flight",
            soon == SLOW_CALLS,
            SLOW_CALLS + " end as disconnected, with an outcome, within 1 s",
            "calls begun, counted by the front; its clock from the SIGKILL",
            "%d in time, the last after %.0f ms; outcomes %s%s"
                .formatted(soon, slowest / 1e6, outcomes, other));
  }

  /** A call while it is gone is refused at once, and says that it did not run. */
  private void refused(String term) {
    long begin = System.nanoTime();
    var seen = "an answer";
    boolean right = false;
    try {
      Contracts.COUNT.call(connection, new Ask(term), LIMIT);
    } catch (SennitException e) {
      right =
          e instanceof DisconnectedException
              && e.outcome() == Outcome.DID_NOT_RUN
              && System.nanoTime() - begin < SOON_NS;
      seen =
          "%s, %s after %.1f ms"
              .formatted(
                  e.getClass().getSimpleName(), e.outcome(), (System.nanoTime() - begin) / 1e6);
    }
    base.checks()
        .add(
            "killed worker: next call",
            right,
            "Disconnected, DID_NOT_RUN, at once",
            "nobody is there who could run it",
            seen);
  }

  /** Calls to all others, one after another to each, while the victim dies and returns. */
  private static final class OthersLoad implements AutoCloseable {
    private final Base base;
    private final int victim;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong right = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile boolean over;

    OthersLoad(Base base, int victim) {
      this.base = base;
      this.victim = victim;
    }

    void start() {
      for (int i = 0; i < base.cluster().size(); i++) {
        int worker = i;
        if (worker != victim) {
          threads.add(Thread.ofVirtual().name("others-" + i).start(() -> load(worker)));
        }
      }
    }

    private void load(int worker) {
      var connection = base.cluster().connection(worker);
      var term = base.expected().frequent();
      long should = base.expected().of(worker, term).lines();
      while (!over) {
        begun.incrementAndGet();
        try {
          var count = Contracts.COUNT.call(connection, new Ask(term), LIMIT);
          right.addAndGet(count.lines() == should ? 1 : 0);
        } catch (SennitException e) {
          failures.add(String.valueOf(e.getMessage()));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }

    @Override
    public void close() {
      over = true;
      for (var thread : threads) {
        try {
          thread.join(LIMIT.duration().toMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    void judge() {
      if (threads.isEmpty()) {
        base.cluster()
            .screen()
            .line("      one worker only: while it is gone there are no others to answer");
        return;
      }
      base.checks()
          .add(
              "killed worker: the others",
              begun.get() > 0 && failures.isEmpty() && right.get() == begun.get(),
              "%,d of %,d right, 0 failed".formatted(begun.get(), begun.get()),
              "calls begun, counted by the front; " + Base.PLAIN,
              "%,d right, %,d failed%s"
                  .formatted(
                      right.get(),
                      failures.size(),
                      failures.isEmpty() ? "" : ": " + failures.getFirst()));
    }
  }
}
