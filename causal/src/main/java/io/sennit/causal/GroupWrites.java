package io.sennit.causal;

/** What an operation changes in a member's durable state. Of use until its handler returns. */
public interface GroupWrites {
  /** Sets a key. */
  void put(Octets key, byte[] value);

  /** Removes a key; harmless when it is not there. */
  void remove(Octets key);
}
