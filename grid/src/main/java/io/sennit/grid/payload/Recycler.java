package io.sennit.grid.payload;

import org.jspecify.annotations.Nullable;

/**
 * A value that can be told that nobody needs it any more. Nothing is pooled here, so all it does is
 * let go of what the value holds; calling it is never needed, and harmless when repeated. seed:
 * {@code Recycler}.
 */
public interface Recycler {
  /** Lets go of the content; the value is then as if new, and may be filled again. */
  void recycle();

  /** The same for a value that may be null or no recycler at all. */
  static void recycle(@Nullable Object value) {
    if (value instanceof Recycler one) {
      one.recycle();
    }
  }
}
