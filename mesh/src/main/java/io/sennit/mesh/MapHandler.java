package io.sennit.mesh;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Handles a command whose data is a map; runs on a virtual thread. */
@FunctionalInterface
public interface MapHandler {
  /**
   * Handles it.
   *
   * @param data what the sender sent; empty if that was nothing
   * @return the answer's bytes, as {@link MeshData#createReturnBytes} makes them; null for none
   * @throws Exception whose message the requester gets
   */
  byte @Nullable [] handle(Map<String, @Nullable Object> data) throws Exception;
}
