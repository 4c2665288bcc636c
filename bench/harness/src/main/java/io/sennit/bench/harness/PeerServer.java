package io.sennit.bench.harness;

/**
 * A running server of a peer. Its contract: a unary call is answered with its own payload, which
 * was a {@code byte[]} in between; a server stream sends the asked count of items of the asked
 * size, filled as {@link Payloads#item}; a client stream is answered with {@link
 * Payloads#streamSummary}; a bidirectional stream is echoed item by item.
 */
public interface PeerServer extends AutoCloseable {
  /** The loopback port it listens on. */
  int port();

  @Override
  void close() throws Exception;
}
