package io.sennit.session;

/**
 * The sender of a received message as an application sees it: the initiator of a session and the
 * player on the same host count as the same. Replying to it still reaches the one that sent. Seed:
 * {@code session.wrapAddress}.
 *
 * @param inner who really sent it
 */
public record WrappedAddress(PlayerAddress inner) implements PlayerAddress {
  /** Wraps once: a wrapped address is taken out of its wrapping first. */
  public WrappedAddress {
    inner = inner.unwrap();
  }

  /**
   * Compares hosts with a plain address, everything with another wrapped one. An inner address of
   * another overlay decides for itself.
   */
  @Override
  public boolean isSameAs(PlayerAddress other) {
    if (!(inner instanceof OverlayAddress mine)) {
      return inner.isSameAs(other.unwrap());
    }
    return switch (other) {
      case WrappedAddress wrapped -> mine.equals(wrapped.inner);
      case OverlayAddress plain -> mine.host().equals(plain.host());
      default -> false;
    };
  }

  @Override
  public String toText() {
    return inner.toText();
  }

  @Override
  public PlayerAddress unwrap() {
    return inner;
  }

  @Override
  public String toString() {
    return inner.toString();
  }
}
