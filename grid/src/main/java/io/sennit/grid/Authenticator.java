package io.sennit.grid;

import io.sennit.core.RejectedException;
import io.sennit.core.spi.Peer;

/** Proves this side to peers and checks theirs. Called on loops: must not block. */
public interface Authenticator {
  /**
   * A token for {@code remote}, asked for anew at each attempt.
   *
   * @param remote the peer's host string
   */
  String token(String remote);

  /**
   * Checks the token of an incoming connection, in its HTTP header and, from peers of generation
   * N25, again in the handshake.
   *
   * @param token without the word Bearer; empty when there was none
   * @throws RejectedException to refuse it; the reason is logged and counted here, never sent
   */
  void check(String token, Peer peer) throws RejectedException;
}
