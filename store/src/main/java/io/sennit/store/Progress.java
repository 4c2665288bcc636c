package io.sennit.store;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How many commits are decided, for the reads that must see them. */
final class Progress {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private volatile long decided; // written under the lock
  private boolean over;

  /** So many more are committed, or have failed. */
  void decided(int more) {
    lock.lock();
    try {
      decided += more;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is decided any more. */
  void end() {
    lock.lock();
    try {
      over = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether so many are decided already. */
  boolean has(long count) {
    return decided >= count;
  }

  /** Waits until so many are decided, or the end; the thread that decides always comes to one. */
  void await(long count) {
    if (has(count)) {
      return;
    }
    lock.lock();
    try {
      while (decided < count && !over) {
        moved.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
