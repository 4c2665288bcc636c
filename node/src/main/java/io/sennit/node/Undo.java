package io.sennit.node;

import java.util.ArrayDeque;
import java.util.Deque;

/** Ends what has been begun, the last first, unless all went well. */
final class Undo implements AutoCloseable {
  private final Deque<AutoCloseable> begun = new ArrayDeque<>();

  /** One more thing that would have to end. */
  <T extends AutoCloseable> T add(T thing) {
    begun.push(thing);
    return thing;
  }

  /** All went well: nothing ends. */
  void keep() {
    begun.clear();
  }

  @Override
  public void close() {
    while (!begun.isEmpty()) {
      try {
        begun.pop().close();
      } catch (Exception e) {
        System.getLogger("io.sennit.node")
            .log(System.Logger.Level.WARNING, "a start that failed is undone", e);
      }
    }
  }
}
