package io.sennit.bench.grid;

import io.sennit.bench.harness.Load;
import io.sennit.bench.report.Figures;
import io.sennit.bench.report.Row;
import io.sennit.bench.report.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The grid's targets, computed from rows and nothing else. A target whose rows were not run is left
 * out; one that leans on a peer whose CPU per call is far from what is known of it is marked {@code
 * suspect}, one that leans on a noisy row {@code noisy}.
 */
final class GridTargets {
  private static final String CALLBACKS = "callback/inline/plain";
  private static final String VTHREADS = "vthread/vthread/plain";
  private static final String VTHREAD_CALLERS = "vthread/inline/plain";
  private static final String PLATFORM = "platform/inline/plain";

  /** Header and padding of a {@code byte[]} on the heap. */
  private static final int ARRAY_HEADER = 16;

  private final List<Row> rows;
  private final Baselines baselines;
  private final List<Target> targets = new ArrayList<>();

  private GridTargets(List<Row> rows, Baselines baselines) {
    this.rows = rows;
    this.baselines = baselines;
  }

  /** All targets that the rows can answer. */
  static List<Target> of(List<Row> rows, Baselines baselines) {
    return new GridTargets(rows, baselines).all();
  }

  private List<Target> all() {
    unary();
    Row socket = unary(Systems.SOCKET, 512, 1, PLATFORM);
    Row alone = unary(Systems.SENNIT, 512, 1, PLATFORM);
    atMost("512 B, 1 in flight, pinned: p50 / blocking socket", alone, socket, Row::p50Us, 1.25);
    atMost(
        "512 B, 1 in flight, pinned: p50 / blocking socket (stretch)",
        alone,
        socket,
        Row::p50Us,
        1.1);
    streams();
    Row big = unary(Systems.SENNIT, 65536, 256, CALLBACKS);
    rate("64 KiB, 256 in flight: rate", big, unary(Systems.GRPC, 65536, 256, CALLBACKS), 1.3);
    rate("64 KiB, 256 in flight: rate", big, unary(Systems.RSOCKET, 65536, 256, CALLBACKS), 0.9);
    allocation("512 B, 256 in flight, inline: bytes beyond the payload a call", CALLBACKS, 160);
    allocation(
        "512 B, 256 in flight, virtual thread a request: bytes beyond the payload a call",
        "callback/vthread/plain",
        650);
    headOfLine();
    return targets;
  }

  private void unary() {
    Row sennit = unary(Systems.SENNIT, 512, 256, CALLBACKS);
    Row grpc = unary(Systems.GRPC, 512, 256, CALLBACKS);
    Row raw = unary(Systems.RAW, 512, 256, CALLBACKS);
    rate("512 B, 256 in flight, callbacks: rate", sennit, grpc, 15);
    rate("512 B, 256 in flight, callbacks (stretch): rate", sennit, grpc, 20);
    String cpu = "512 B, 256 in flight, callbacks: grpc-java's CPU a call / ours";
    atLeast(cpu, grpc, sennit, Row::cpuUsPerOp, 15);
    atLeast(cpu + " (stretch)", grpc, sennit, Row::cpuUsPerOp, 25);
    rate(
        "512 B, 256 in flight, callbacks: rate",
        sennit,
        unary(Systems.RSOCKET, 512, 256, CALLBACKS),
        5);
    rate("512 B, 256 in flight, callbacks: rate", sennit, raw, 0.65);
    rate("512 B, 256 in flight, callbacks (stretch): rate", sennit, raw, 0.80);
    Row most = unary(Systems.SENNIT, 512, 1024, CALLBACKS);
    Row rawMost = unary(Systems.RAW, 512, 1024, CALLBACKS);
    rate("512 B, 1024 in flight, callbacks: rate", most, rawMost, 0.40);
    rate("512 B, 1024 in flight, callbacks (stretch): rate", most, rawMost, 0.60);
    // gRPC's best answer to blocking callers is its direct executor, not virtual threads
    Row threads = unary(Systems.SENNIT, 512, 256, VTHREADS);
    Row grpcThreads = unary(Systems.GRPC, 512, 256, VTHREAD_CALLERS);
    rate("512 B, 256 in flight, virtual threads: rate", threads, grpcThreads, 8);
    rate("512 B, 256 in flight, virtual threads (stretch): rate", threads, grpcThreads, 12);
  }

  private void streams() {
    Row sennit = row(Load.SERVER_STREAM, Systems.SENNIT, 512, 1, CALLBACKS);
    String name = "server stream of 512 B: rate";
    rate(name, sennit, row(Load.SERVER_STREAM, Systems.GRPC, 512, 1, CALLBACKS), 5);
    rate(name, sennit, row(Load.SERVER_STREAM, Systems.RAW, 512, 1, CALLBACKS), 0.60);
  }

  private void headOfLine() {
    Row alone = row(Load.HOL_ALONE, Systems.SENNIT, 512, 1, PLATFORM);
    atMost(
        "512 B beside a stream of 100 MB: p99 / p99 alone",
        row(Load.HOL, Systems.SENNIT, 512, 1, PLATFORM),
        alone,
        Row::p99Us,
        5);
    atMost(
        "512 B beside a message of 64 MiB: p99 / p99 alone",
        row(Load.HOL_MESSAGE, Systems.SENNIT, 512, 1, PLATFORM),
        alone,
        Row::p99Us,
        5);
  }

  /** Both sides together, less the request's array at the server and the reply's at the client. */
  private void allocation(String name, String mode, int most) {
    Row row = unary(Systems.SENNIT, 512, 256, mode);
    if (row != null && row.allocPerOp() != null) {
      double beyond = row.allocPerOp() - 2 * (row.payload() + ARRAY_HEADER);
      add(name, "<= " + most, beyond, beyond <= most, row);
    }
  }

  private void rate(String name, @Nullable Row ours, @Nullable Row theirs, double least) {
    String whole = theirs == null ? name : name + " / " + theirs.system();
    atLeast(whole, ours, theirs, Row::opsPerS, least);
  }

  private void atLeast(
      String name,
      @Nullable Row upper,
      @Nullable Row lower,
      Function<Row, @Nullable Double> figure,
      double least) {
    Double ratio = ratio(upper, lower, figure);
    if (ratio != null) {
      add(name, ">= " + number(least), ratio, ratio >= least, upper, lower);
    }
  }

  private void atMost(
      String name,
      @Nullable Row upper,
      @Nullable Row lower,
      Function<Row, @Nullable Double> figure,
      double most) {
    Double ratio = ratio(upper, lower, figure);
    if (ratio != null) {
      add(name, "<= " + number(most), ratio, ratio <= most, upper, lower);
    }
  }

  private static @Nullable Double ratio(
      @Nullable Row upper, @Nullable Row lower, Function<Row, @Nullable Double> figure) {
    if (upper == null || lower == null) {
      return null;
    }
    Double above = figure.apply(upper);
    Double below = figure.apply(lower);
    return above == null || below == null || below == 0 ? null : above / below;
  }

  private void add(String name, String goal, double measured, boolean met, @Nullable Row... from) {
    targets.add(new Target(name, goal, Figures.rounded(measured), met, mark(from)));
  }

  private @Nullable String mark(@Nullable Row... from) {
    List<Row> rowsUsed = Stream.of(from).filter(Objects::nonNull).toList();
    for (Row row : rowsUsed) {
      String doubt = baselines.doubt(row);
      if (doubt != null) {
        return doubt;
      }
    }
    List<String> noisy = rowsUsed.stream().filter(Row::noisy).map(Row::system).toList();
    return noisy.isEmpty() ? null : "noisy: " + String.join(", ", noisy);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private @Nullable Row unary(String system, int payload, int inflight, String mode) {
    return row(Load.UNARY, system, payload, inflight, mode);
  }

  private @Nullable Row row(String work, String system, int payload, int inflight, String mode) {
    for (Row row : rows) {
      if (row.work().equals(work)
          && row.system().equals(system)
          && row.payload() == payload
          && row.inflight() == inflight
          && row.mode().equals(mode)) {
        return row;
      }
    }
    return null;
  }
}
