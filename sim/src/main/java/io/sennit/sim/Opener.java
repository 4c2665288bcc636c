package io.sennit.sim;

/** What one end does between TCP and the first message: TLS and upgrade, as bytes. */
interface Opener {
  /** Whether it wants bytes yet. */
  boolean isReading();

  /**
   * Bytes of the peer's. On the loop of its end.
   *
   * @throws io.sennit.core.ProtocolException if they are not what must come now
   */
  void read(byte[] bytes);
}
