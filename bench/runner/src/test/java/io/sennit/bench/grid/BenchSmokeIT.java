package io.sennit.bench.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.bench.harness.Load;
import io.sennit.bench.peers.BenchHome;
import io.sennit.bench.peers.JvmSettings;
import io.sennit.bench.peers.PeerPair;
import io.sennit.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each peer starts, answers every kind of work rightly, and stops. It measures nothing. */
class BenchSmokeIT {
  private static final JvmSettings SMALL = JvmSettings.of("64m", "256m");
  private static final int MILLIS = 60;

  static Stream<Systems.Entry> built() throws IOException {
    BenchHome home = BenchHome.find();
    return Systems.ALL.stream().filter(entry -> home.has(entry.module()));
  }

  private static GridPlan plan() {
    List<Load> cases = new ArrayList<>();
    cases.add(load(Load.UNARY, 1, Load.PLATFORM, Load.INLINE));
    for (String handler :
        List.of(Load.INLINE, Load.VTHREAD, "default", "item-credit", "blocking")) {
      cases.add(load(Load.UNARY, 16, Load.CALLBACK, handler));
      cases.add(load(Load.UNARY, 16, Load.VTHREAD, handler));
      cases.add(load(Load.SERVER_STREAM, 1, Load.CALLBACK, handler));
    }
    cases.add(load(Load.CLIENT_STREAM, 1, Load.CALLBACK, Load.INLINE));
    cases.add(load(Load.BIDI, 8, Load.CALLBACK, Load.INLINE));
    cases.add(load(Load.IDLE, 0, Load.CALLBACK, Load.INLINE));
    return new GridPlan(cases, 1, 1, 60);
  }

  private static Load load(String work, int inflight, String caller, String handler) {
    return new Load(work, 512, inflight, caller, handler, Load.PLAIN, MILLIS);
  }

  @ParameterizedTest
  @MethodSource("built")
  void startsAnswersAndStops(Systems.Entry entry) throws Exception {
    StringWriter said = new StringWriter();
    Systems.Entry cold = new Systems.Entry(entry.name(), entry.module(), 0);
    List<Row> rows;
    try (GridRun run =
        new GridRun(plan(), List.of(cold), BenchHome.find(), SMALL, new PrintWriter(said))) {
      rows = run.run();
      assertThat(run.failures()).isEmpty();
    }
    assertThat(rows).isNotEmpty();
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.system()).isEqualTo(entry.name());
              assertThat(row.opsPerS()).as(row.work()).isPositive();
              assertThat(row.cpuUsPerOp()).as(row.work()).isNotNull();
              assertThat(row.allocPerOp()).as(row.work()).isNotNull();
            });
    assertThat(said.toString()).contains(entry.name());
  }

  @Test
  void processesEndWithTheirPairAndErrorsAreTold() throws Exception {
    List<ProcessHandle> processes = new ArrayList<>();
    try (PeerPair pair =
        new PeerPair(BenchHome.find(), SMALL, "raw", Systems.SOCKET, Systems.SOCKET)) {
      pair.await();
      processes.add(ProcessHandle.of(pair.serverPid()).orElseThrow());
      processes.add(ProcessHandle.of(pair.clientPid()).orElseThrow());
      Load wrong = load("no-such-work", 1, Load.PLATFORM, Load.INLINE);
      assertThat(pair.supports(wrong)).isFalse();
      assertThatThrownBy(() -> pair.run(wrong, null)).hasMessageContaining("no-such-work");
    }
    for (ProcessHandle process : processes) {
      process.onExit().get(5, TimeUnit.SECONDS);
    }
  }
}
