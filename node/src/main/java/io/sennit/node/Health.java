package io.sennit.node;

/**
 * How something stands, and why: of a strand, of what a node stands on, or of a node as a whole.
 *
 * @param state how it stands
 * @param why one sentence for people; empty when it is up
 */
public record Health(State state, String why) {
  /** How something stands, the better before the worse. */
  public enum State {
    /** It does all it should. */
    UP,
    /** It works, but not all of it or not for long: somebody should look. */
    DEGRADED,
    /** It does not do what it is there for. */
    DOWN
  }

  /** It does all it should. */
  public static final Health UP = new Health(State.UP, "");

  /** It works in part. */
  public static Health degraded(String why) {
    return new Health(State.DEGRADED, why);
  }

  /** It does not work. */
  public static Health down(String why) {
    return new Health(State.DOWN, why);
  }

  /** The worse of two; this one if they are alike. */
  public Health worse(Health other) {
    return other.state.compareTo(state) > 0 ? other : this;
  }

  /** {@code DEGRADED: why}. */
  @Override
  public String toString() {
    return why.isEmpty() ? state.name() : state + ": " + why;
  }
}
