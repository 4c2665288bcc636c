package io.sennit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way from the loop to one of the store's threads. Its lock is held for a few instructions at a
 * time, so a loop never waits for work under way. What may wait in it is bounded by {@code
 * StoreFront}.
 */
final class Inbox<R> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition came = lock.newCondition();
  private List<R> waiting = new ArrayList<>();
  private boolean closing;
  private boolean ended;

  /** Hands in a request; false: the thread has ended and nothing will answer. */
  boolean offer(R request) {
    lock.lock();
    try {
      if (ended) {
        return false;
      }
      waiting.add(request);
      came.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Asks the thread to finish what was handed in and end. */
  void close() {
    lock.lock();
    try {
      closing = true;
      came.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for requests.
   *
   * @param nanos how long at most; an empty list after that
   * @return null: closed, and everything before it was taken
   */
  @Nullable List<R> take(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && !closing && left > 0) {
        left = await(left);
      }
      return waiting.isEmpty() && closing ? null : swap();
    } finally {
      lock.unlock();
    }
  }

  private long await(long nanos) {
    try {
      return came.awaitNanos(nanos);
    } catch (InterruptedException e) {
      return nanos; // nobody interrupts a store's thread; its end is asked for by close()
    }
  }

  /** Refuses whatever comes from now on; what came in between. */
  List<R> end() {
    lock.lock();
    try {
      ended = true;
      return swap();
    } finally {
      lock.unlock();
    }
  }

  private List<R> swap() {
    var taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
