package io.sennit.bench.harness;

/**
 * The sending half of a bidirectional stream. Its caller keeps the window small and never sends
 * from two threads at a time, so a peer may ignore back-pressure here.
 */
public interface BidiStream {
  /** Sends one item; the array may be sent again. */
  void send(byte[] item);

  /** Ends this half; the server then ends the other one. */
  void finish();
}
