package io.sennit.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriverTest {
  private static Load load(String work, int inflight, String caller) {
    return new Load(work, 512, inflight, caller, Load.INLINE, Load.PLAIN, 60);
  }

  @ParameterizedTest
  @CsvSource({
    "unary,1,platform",
    "unary,1,callback",
    "unary,32,callback",
    "unary,32,vthread",
    "hol-alone,1,platform",
    "hol,1,platform",
    "bidi,1,callback",
    "bidi,64,callback"
  })
  void measuresLatencyAndRate(String work, int inflight, String caller) throws Exception {
    try (FakeClient client = new FakeClient(0)) {
      Load load = load(work, inflight, caller);
      LoadResult result = Driver.of(load).run(client, load);
      // on a busy machine the first answer may come after so short a window
      assertThat(result.windowOps()).isBetween(0L, result.totalOps());
      assertThat(result.totalOps()).isPositive();
      assertThat(result.windowNanos()).isGreaterThanOrEqualTo(60_000_000);
      assertThat(result.p50Nanos()).isPositive().isLessThanOrEqualTo(result.p99Nanos());
    }
  }

  @ParameterizedTest
  @CsvSource({"server-stream", "client-stream"})
  void measuresOneWayStreams(String work) throws Exception {
    try (FakeClient client = new FakeClient(0)) {
      Load load = load(work, 1, Load.CALLBACK);
      LoadResult result = Driver.of(load).run(client, load);
      assertThat(result.windowOps()).isPositive().isEqualTo(result.totalOps());
      assertThat(result.p50Nanos()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "unary,1,platform",
    "unary,32,callback",
    "unary,32,vthread",
    "bidi,64,callback",
    "server-stream,1,callback",
    "client-stream,1,callback"
  })
  void refusesWrongReplies(String work, int inflight, String caller) {
    try (FakeClient client = new FakeClient(1)) {
      Load load = load(work, inflight, caller);
      assertThatThrownBy(() -> Driver.of(load).run(client, load))
          .hasMessageContaining("load failed");
    }
  }
}
