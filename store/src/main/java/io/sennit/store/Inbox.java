package io.sennit.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way from the loop to the store's thread. Held for a few instructions at a time, so a loop
 * never waits for work under way. Its bound is the owner's: see {@code Store.queuedBytes}.
 */
final class Inbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition came = lock.newCondition();
  private List<Request> waiting = new ArrayList<>();
  private boolean closing;
  private boolean ended;

  /** Hands in a request; false: the thread has ended and nothing will answer. */
  boolean offer(Request request) {
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

  /** Waits for requests; an empty list: closed, and everything before it was taken. */
  List<Request> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        came.awaitUninterruptibly();
      }
      return swap();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses whatever comes from now on; what came in between. */
  List<Request> end() {
    lock.lock();
    try {
      ended = true;
      return swap();
    } finally {
      lock.unlock();
    }
  }

  private List<Request> swap() {
    var taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
