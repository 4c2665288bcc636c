package io.sennit.bench.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.bench.report.Row;
import io.sennit.bench.report.Target;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GridTargetsTest {
  private static final Offset<Double> CLOSE = Offset.offset(0.001);
  private static final Baselines BASELINES =
      Baselines.parse(
          List.of(
              "# comment",
              "work,payload,inflight,mode,raw-netty,grpc-java",
              "unary,512,256,callback/inline/plain,0.60,20"));

  private final List<Row> rows = new ArrayList<>();

  private void plant(String system, int inflight, String mode, double rate, double cpu) {
    plant("unary", system, 512, inflight, mode, rate, 100.0, cpu, null, 0.05);
  }

  private void plant(
      String work,
      String system,
      int payload,
      int inflight,
      String mode,
      @Nullable Double rate,
      @Nullable Double micros,
      @Nullable Double cpu,
      @Nullable Double alloc,
      @Nullable Double foreign) {
    rows.add(
        new Row(
            work, system, payload, inflight, mode, rate, micros, micros, cpu, alloc, foreign, 3));
  }

  private Target target(String name) {
    return GridTargets.of(rows, BASELINES).stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no target " + name));
  }

  @Test
  void withoutRowsThereAreNoTargets() {
    assertThat(GridTargets.of(List.of(), BASELINES)).isEmpty();
  }

  @Test
  void aTargetWhoseRowsWereNotRunIsLeftOut() {
    plant("sennit", 256, "callback/inline/plain", 1_000_000, 1.0);
    plant("raw-netty", 1024, "callback/inline/plain", 1_000_000, 1.0);
    assertThat(GridTargets.of(rows, BASELINES)).isEmpty();
  }

  @Test
  void aTargetWithAMissingFigureIsLeftOut() {
    plant("unary", "sennit", 512, 1, "platform/inline/plain", 9.0, null, 1.0, null, null);
    plant("unary", "blocking-socket", 512, 1, "platform/inline/plain", 9.0, 9.0, 1.0, null, null);
    assertThat(GridTargets.of(rows, BASELINES)).isEmpty();
  }

  @Test
  void ratesAndCpuAreMetOrMissed() {
    plant("sennit", 256, "callback/inline/plain", 1_600_000, 1.0);
    plant("grpc-java", 256, "callback/inline/plain", 100_000, 14.0);
    plant("raw-netty", 256, "callback/inline/plain", 2_500_000, 0.6);
    Target rate = target("512 B, 256 in flight, callbacks: rate / grpc-java");
    assertThat(rate.goal()).isEqualTo(">= 15");
    assertThat(rate.measured()).isCloseTo(16, CLOSE);
    assertThat(rate.met()).isTrue();
    assertThat(rate.mark()).isNull();
    assertThat(target("512 B, 256 in flight, callbacks (stretch): rate / grpc-java").met())
        .isFalse();
    Target cpu = target("512 B, 256 in flight, callbacks: grpc-java's CPU a call / ours");
    assertThat(cpu.measured()).isCloseTo(14, CLOSE);
    assertThat(cpu.met()).isFalse();
    Target raw = target("512 B, 256 in flight, callbacks: rate / raw-netty");
    assertThat(raw.goal()).isEqualTo(">= 0.65");
    assertThat(raw.measured()).isCloseTo(0.64, CLOSE);
    assertThat(raw.met()).isFalse();
  }

  @Test
  void aPeerFarFromItsBaselineIsSuspect() {
    plant("sennit", 256, "callback/inline/plain", 1_600_000, 1.0);
    plant("grpc-java", 256, "callback/inline/plain", 20_000, 40.1);
    assertThat(target("512 B, 256 in flight, callbacks: rate / grpc-java").mark())
        .startsWith("suspect: grpc-java");
    rows.set(1, withCpu(rows.get(1), 9.9));
    assertThat(target("512 B, 256 in flight, callbacks: rate / grpc-java").mark())
        .startsWith("suspect: grpc-java");
    rows.set(1, withCpu(rows.get(1), 40.0));
    assertThat(target("512 B, 256 in flight, callbacks: rate / grpc-java").mark()).isNull();
  }

  private static Row withCpu(Row row, double cpu) {
    return new Row(
        row.work(),
        row.system(),
        row.payload(),
        row.inflight(),
        row.mode(),
        row.opsPerS(),
        row.p50Us(),
        row.p99Us(),
        cpu,
        row.allocPerOp(),
        row.cpuForeign(),
        row.rounds());
  }

  @Test
  void virtualThreadsAreComparedWithGrpcsDirectExecutor() {
    plant("sennit", 256, "vthread/vthread/plain", 400_000, 4.0);
    plant("grpc-java", 256, "vthread/inline/plain", 40_000, 40.0);
    plant("grpc-java", 256, "vthread/vthread/plain", 1, 40.0);
    Target target = target("512 B, 256 in flight, virtual threads: rate / grpc-java");
    assertThat(target.measured()).isCloseTo(10, CLOSE);
    assertThat(target.met()).isTrue();
    assertThat(target("512 B, 256 in flight, virtual threads (stretch): rate / grpc-java").met())
        .isFalse();
  }

  @Test
  void latencyBesideTheSocketAndBesideSomethingBig() {
    String mode = "platform/inline/plain";
    plant("unary", "sennit", 512, 1, mode, 9.0, 24.0, 9.0, null, 0.3);
    plant("unary", "blocking-socket", 512, 1, mode, 9.0, 20.0, 9.0, null, null);
    plant("hol-alone", "sennit", 512, 1, mode, 9.0, 100.0, null, null, null);
    plant("hol", "sennit", 512, 1, mode, 9.0, 501.0, null, null, null);
    plant("hol-message", "sennit", 512, 1, mode, 9.0, 500.0, null, null, null);
    Target floor = target("512 B, 1 in flight, pinned: p50 / blocking socket");
    assertThat(floor.measured()).isCloseTo(1.2, CLOSE);
    assertThat(floor.met()).isTrue();
    assertThat(floor.mark()).isEqualTo("noisy: sennit");
    assertThat(target("512 B, 1 in flight, pinned: p50 / blocking socket (stretch)").met())
        .isFalse();
    assertThat(target("512 B beside a stream of 100 MB: p99 / p99 alone").met()).isFalse();
    assertThat(target("512 B beside a message of 64 MiB: p99 / p99 alone").met()).isTrue();
  }

  @Test
  void allocationIsWithoutTheTwoDeliveredArrays() {
    double payload = 2 * (512 + 16);
    plant("unary", "sennit", 512, 256, "callback/inline/plain", 9.0, 9.0, 1.0, payload + 160, null);
    plant(
        "unary", "sennit", 512, 256, "callback/vthread/plain", 9.0, 9.0, 1.0, payload + 651, null);
    Target inline = target("512 B, 256 in flight, inline: bytes beyond the payload a call");
    assertThat(inline.measured()).isCloseTo(160, CLOSE);
    assertThat(inline.met()).isTrue();
    assertThat(
            target(
                    "512 B, 256 in flight, virtual thread a request: bytes beyond the payload a"
                        + " call")
                .met())
        .isFalse();
  }

  @Test
  void streamsAndLargePayloads() {
    String mode = "callback/inline/plain";
    plant("server-stream", "sennit", 512, 1, mode, 3e6, null, 0.5, null, null);
    plant("server-stream", "grpc-java", 512, 1, mode, 5e5, null, 2.0, null, null);
    plant("server-stream", "raw-netty", 512, 1, mode, 6e6, null, 0.3, null, null);
    plant("unary", "sennit", 65536, 256, mode, 13e3, 9.0, 90.0, null, null);
    plant("unary", "grpc-java", 65536, 256, mode, 10e3, 9.0, 90.0, null, null);
    plant("unary", "rsocket-java", 65536, 256, mode, 15e3, 9.0, 90.0, null, null);
    assertThat(target("server stream of 512 B: rate / grpc-java").met()).isTrue();
    assertThat(target("server stream of 512 B: rate / raw-netty").met()).isFalse();
    assertThat(target("64 KiB, 256 in flight: rate / grpc-java").met()).isTrue();
    assertThat(target("64 KiB, 256 in flight: rate / rsocket-java").met()).isFalse();
  }

  @Test
  void theSuitesOwnBaselinesAreRead() {
    plant("unary", "grpc-java", 512, 256, "callback/inline/plain", 9.0, 9.0, 16.8, null, null);
    assertThat(Baselines.load().doubt(rows.getFirst())).isNull();
    assertThat(Baselines.load().doubt(withCpu(rows.getFirst(), 33.7))).contains("33.7");
  }
}
