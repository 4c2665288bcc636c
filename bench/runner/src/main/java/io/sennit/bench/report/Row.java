package io.sennit.bench.report;

import org.jspecify.annotations.Nullable;

/**
 * One measured figure set: medians over the rounds. A missing figure is null.
 *
 * @param work unary, server-stream…; see the suite
 * @param system who was measured
 * @param payload bytes of a request, reply or item
 * @param inflight calls or unanswered items at a time
 * @param mode {@code caller/handler/transport}
 * @param opsPerS operations a second
 * @param p50Us median latency, microseconds
 * @param p99Us 99th percentile, microseconds
 * @param cpuUsPerOp user and system time of client and server together, microseconds
 * @param allocPerOp heap bytes of client and server together, delivered payloads included
 * @param cpuForeign share of the machine's CPU time that others used; above 0.2 the row is noisy
 * @param rounds samples that the medians are of
 */
public record Row(
    String work,
    String system,
    int payload,
    int inflight,
    String mode,
    @Nullable Double opsPerS,
    @Nullable Double p50Us,
    @Nullable Double p99Us,
    @Nullable Double cpuUsPerOp,
    @Nullable Double allocPerOp,
    @Nullable Double cpuForeign,
    int rounds) {
  /** Foreign CPU above which a sample is dropped, or kept as noisy. */
  public static final double NOISE = 0.20;

  /** Whether others used so much of the machine that the figures say little. */
  public boolean noisy() {
    return cpuForeign != null && cpuForeign > NOISE;
  }
}
