package io.sennit.node;

import io.sennit.core.Within;
import java.util.List;

/** A strand that runs in a node: what the node needs of it. */
public interface RunningStrand extends AutoCloseable {
  /** What its users work with; {@link Node#strand} finds it by its type. */
  Object face();

  /**
   * The control verbs it serves: each is called as the strand is, or by that and a dot and a word
   * ({@code mesh}, {@code mesh.members}). Asked once, when it has started.
   */
  default List<ControlProvider> verbs() {
    return List.of();
  }

  /** How it stands now. Any thread; does not wait. What it throws counts as DOWN. */
  Health health();

  /**
   * Takes no new work and lets what has begun end: returns when that is done or the time is over.
   * It still answers. Called once at most, on a thread of its own, which is interrupted when the
   * time is over.
   */
  default void drain(Within within) throws Exception {}

  /** Ends it. Called once, after the strands that come after it have ended; bounded. */
  @Override
  void close();
}
