package io.sennit.sim;

import java.util.ArrayDeque;

/** What one end of a connection has written and its kernel has not taken yet. */
final class SendQueue {
  private final Simulation simulation;
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private int headSent; // bytes of the head already given to the pipe
  private long bytes;
  private long lastProgress;

  SendQueue(Simulation simulation) {
    this.simulation = simulation;
  }

  void add(byte[] piece) {
    if (piece.length == 0) {
      return;
    }
    if (pieces.isEmpty()) {
      lastProgress = simulation.now();
    }
    pieces.addLast(piece);
    bytes += piece.length;
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** Nanoseconds since the kernel last took something, or since there is something to take. */
  long waited() {
    return simulation.now() - lastProgress;
  }

  /** Gives the kernel what it takes; small pieces together, as a gathering write does. */
  void pour(Pipe to) {
    int space = Math.max(0, to.space());
    int n = (int) Math.min(space, bytes);
    if (n == 0) {
      return;
    }
    lastProgress = simulation.now();
    var head = pieces.getFirst();
    if (head.length - headSent >= n) {
      to.write(head, headSent, headSent + n);
      sent(n);
      return;
    }
    var gathered = new byte[n];
    for (int at = 0; at < n; ) {
      head = pieces.getFirst();
      int m = Math.min(n - at, head.length - headSent);
      System.arraycopy(head, headSent, gathered, at, m);
      at += m;
      sent(m);
    }
    to.write(gathered, 0, n);
  }

  private void sent(int count) {
    bytes -= count;
    headSent += count;
    if (headSent == pieces.getFirst().length) {
      pieces.removeFirst();
      headSent = 0;
    }
  }

  void clear() {
    pieces.clear();
    bytes = 0;
    headSent = 0;
  }
}
