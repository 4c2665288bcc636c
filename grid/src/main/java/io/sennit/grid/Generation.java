package io.sennit.grid;

/** The two generations of the original peer, between which its wire changed; grid.md §1. */
public enum Generation {
  /** The one the API was documented for: times in RFC 3339, pings without body. */
  S24,
  /** The newer: times in nanoseconds, pings with a time, a token in the handshake. */
  N25
}
