package io.sennit.grid.engine;

import io.sennit.core.loop.Budget;

/**
 * What the peer of one connection makes this side hold, in bytes, on that connection's loop. It is
 * taken from two bounds that other connections share: the peer's and the manager's. They are
 * touched for every {@link #CHUNK} or so, not for every message. docs/grid.md, "Bounds".
 */
final class Received {
  /** Bytes taken from the shared bounds at a time. */
  static final int CHUNK = 16 * 1024;

  private final Budget peer;
  private final Budget manager;
  private long used;
  private long leased; // taken from both, at least what is used
  private boolean closed;

  Received(Budget peer, Budget manager) {
    this.peer = peer;
    this.manager = manager;
  }

  /** Counts bytes that are held from now on; false, and nothing counted, beyond a bound. */
  boolean tryTake(long bytes) {
    long more = used + bytes - leased;
    if (more > 0 && !lease(more)) {
      return false;
    }
    used += bytes;
    return true;
  }

  private boolean lease(long more) {
    long all = (more + CHUNK - 1) / CHUNK * CHUNK;
    if (!peer.tryTake(all)) {
      return false;
    }
    if (!manager.tryTake(all)) {
      peer.give(all);
      return false;
    }
    leased += all;
    return true;
  }

  /** Counts bytes that are held already, whether there is room or not. */
  void take(long bytes) {
    long more = used + bytes - leased;
    if (more > 0) {
      peer.take(more);
      manager.take(more);
      leased += more;
    }
    used += bytes;
  }

  /** Bytes that are no longer held. */
  void give(long bytes) {
    used -= bytes;
    if (leased - used >= 2 * CHUNK || closed) {
      shrink(closed ? 0 : CHUNK);
    }
  }

  /** The connection has ended: what is still held is counted until it is given back. */
  void close() {
    closed = true;
    shrink(0);
  }

  private void shrink(int keep) {
    long less = leased - used - keep;
    leased -= less;
    peer.give(less);
    manager.give(less);
  }

  /** Bytes held now. */
  long used() {
    return used;
  }

  /** The bound that would be met first: bytes of all, bytes free of them. */
  double free() {
    return Math.max(0, Math.min(free(peer), free(manager)));
  }

  private static double free(Budget budget) {
    return 1 - (double) budget.used() / budget.max();
  }

  /** The smaller of the two bounds. */
  long max() {
    return Math.min(peer.max(), manager.max());
  }
}
