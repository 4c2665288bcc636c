package io.sennit.session;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Who takes part in a session, as an overlay names it. An overlay of another kind (one in memory,
 * for tests) may have addresses of its own. Seed: {@code mino.Address}.
 */
public interface PlayerAddress {
  /**
   * Whether both name the same participant, as applications see it. Not an equivalence: a {@link
   * WrappedAddress} is the same as the plain addresses of both roles of its host, which differ from
   * each other. Keys of maps use {@code equals}. Seed: {@code Equal}.
   */
  boolean isSameAs(PlayerAddress other);

  /** The form for headers, packets and stores ({@code docs/protocol/session.md} §1). */
  String toText();

  /** The bytes of {@link #toText}. Seed: {@code MarshalText}. */
  default byte[] marshalText() {
    return toText().getBytes(UTF_8);
  }

  /** What packets are addressed to: the address itself unless it is wrapped. */
  default PlayerAddress unwrap() {
    return this;
  }
}
