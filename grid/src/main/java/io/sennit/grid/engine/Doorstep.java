package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where those wait who are neither proven nor refused: for the gate to open, and then for their
 * proof. There is room for so many at once. Any thread.
 */
final class Doorstep {
  private static final int MAX_UNPROVEN = 256;
  private static final int MAX_WAITING = 128;

  private final AtomicInteger unproven = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentNavigableMap<Long, Runnable> atTheGate = new ConcurrentSkipListMap<>();
  private volatile boolean isOpen;

  /**
   * Takes a place for one whose proof is awaited; {@link #leave} gives it back.
   *
   * @throws RejectedException if none is free
   */
  void enter() throws RejectedException {
    if (unproven.incrementAndGet() > MAX_UNPROVEN) {
      unproven.decrementAndGet();
      throw new RejectedException(
          "too many handshakes: " + MAX_UNPROVEN + " wait for their proofs", ErrorContext.NONE);
    }
  }

  void leave() {
    unproven.decrementAndGet();
  }

  /**
   * Runs {@code then}, once the gate is open.
   *
   * @throws RejectedException if too many wait
   */
  void whenOpen(Runnable then) throws RejectedException {
    if (isOpen) {
      then.run();
      return;
    }
    if (atTheGate.size() >= MAX_WAITING) {
      throw new RejectedException("too many wait for this manager to start", ErrorContext.NONE);
    }
    long number = numbers.incrementAndGet();
    atTheGate.put(number, then);
    if (isOpen && atTheGate.remove(number) != null) { // it opened meanwhile
      then.run();
    }
  }

  void open() {
    isOpen = true;
    for (var number : atTheGate.keySet()) {
      var then = atTheGate.remove(number);
      if (then != null) {
        then.run();
      }
    }
  }
}
