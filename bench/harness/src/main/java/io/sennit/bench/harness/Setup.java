package io.sennit.bench.harness;

/**
 * How an endpoint runs.
 *
 * @param handler what runs the handlers: {@code inline} on the event loop, {@code vthread} one
 *     virtual thread a request, or a word of the peer's own
 * @param transport {@code plain} or {@code tls}
 */
public record Setup(String handler, String transport) {}
