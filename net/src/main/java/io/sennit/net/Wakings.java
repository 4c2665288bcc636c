package io.sennit.net;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The virtual threads that a loop wakes and starts in a turn. From outside their scheduler each of
 * them costs a lock and often a system call, so all but the first few of a turn are handed over
 * together at its end: to one more virtual thread, which wakes the others from inside. Of the loop.
 */
final class Wakings {
  /** So many a turn go at once: whoever is alone must not wait for the turn's end. */
  static final int AT_ONCE = 2;

  private final ArrayList<Thread> parked = new ArrayList<>();
  private final ArrayList<UserTask> fresh = new ArrayList<>();
  private int gone;

  /** Wakes a thread, by the end of the turn. */
  void unpark(Thread thread) {
    if (!thread.isVirtual() || gone++ < AT_ONCE) {
      LockSupport.unpark(thread);
    } else {
      parked.add(thread);
    }
  }

  /** Starts a task, by the end of the turn. */
  void start(UserTask task) {
    if (gone++ < AT_ONCE) {
      task.begin();
    } else {
      fresh.add(task);
    }
  }

  /** The turn's end. */
  void turnEnded() {
    gone = 0;
    if (!parked.isEmpty() || !fresh.isEmpty()) {
      Thread.ofVirtual()
          .name("sennit-waker")
          .start(new Batch(List.copyOf(parked), List.copyOf(fresh)));
      parked.clear();
      fresh.clear();
    }
  }

  private record Batch(List<Thread> parked, List<UserTask> fresh) implements Runnable {
    @Override
    public void run() {
      parked.forEach(LockSupport::unpark);
      fresh.forEach(UserTask::begin);
    }
  }
}
