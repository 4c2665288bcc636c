package io.sennit.mesh;

import io.sennit.core.Address;
import org.jspecify.annotations.Nullable;

/** Handles a command or a remote call whose data is bytes; runs on a virtual thread. */
@FunctionalInterface
public interface BytesHandler {
  /**
   * Handles it.
   *
   * @param data what the sender sent
   * @param sender where the sender is reached; of a message through relays, who sent it first
   * @return the answer; null for none
   * @throws Exception whose message the caller gets
   */
  byte @Nullable [] handle(byte[] data, Address sender) throws Exception;
}
