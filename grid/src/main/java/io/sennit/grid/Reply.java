package io.sennit.grid;

import io.sennit.core.SennitException;

/** How a call with a callback ends: exactly one of the two, once, on a loop. Must not block. */
public interface Reply {
  /** The answer's bytes; {@link Payload#ABSENT} when there were none. */
  void ok(byte[] answer);

  /** It failed. */
  void failed(SennitException why);
}
