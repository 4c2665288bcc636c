package io.sennit.bench.peers;

import org.jspecify.annotations.Nullable;

/**
 * What one window showed, client and server together; see {@link io.sennit.bench.report.Row} for
 * the figures.
 */
public record Sample(
    @Nullable Double opsPerS,
    @Nullable Double p50Us,
    @Nullable Double p99Us,
    @Nullable Double cpuUsPerOp,
    @Nullable Double allocPerOp,
    @Nullable Double cpuForeign) {}
