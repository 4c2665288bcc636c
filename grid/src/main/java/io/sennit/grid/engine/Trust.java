package io.sennit.grid.engine;

import io.sennit.grid.Authenticator;

/** By what peers are told from strangers. */
public sealed interface Trust {
  /**
   * By proofs of the cluster's key, which both sides give and nobody can use again.
   *
   * @param proof the keys
   */
  record ByKey(ClusterProof proof) implements Trust {}

  /**
   * By tokens, as original peers have them.
   *
   * @param auth makes and checks them
   */
  record ByToken(Authenticator auth) implements Trust {}
}
