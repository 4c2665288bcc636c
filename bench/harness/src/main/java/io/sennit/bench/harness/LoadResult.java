package io.sennit.bench.harness;

/**
 * What one window showed on the client's side.
 *
 * @param windowOps operations that ended inside the window: the rate
 * @param windowNanos its length
 * @param totalOps all operations, those that drained after the window included: what CPU and
 *     allocation are divided by
 * @param p50Nanos median latency, -1 where nothing was sampled
 * @param p99Nanos 99th percentile, -1 where nothing was sampled
 * @param used CPU and allocation of this process, drain included
 */
record LoadResult(
    long windowOps, long windowNanos, long totalOps, long p50Nanos, long p99Nanos, Usage used) {}
