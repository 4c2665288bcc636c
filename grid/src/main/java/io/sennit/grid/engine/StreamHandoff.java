package io.sennit.grid.engine;

import io.sennit.core.SennitException;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream's loop and its user meet: items in, credit out, and how it ended. Bounded by the
 * credit this side granted, as the loop checks. Loop methods and user methods are marked.
 */
public final class StreamHandoff {
  private static final int MUCH = 32 * 1024;
  private static final int TURNS = 3;

  private final Gate gate;
  private final Loop loop;
  private final Runnable turnEnd = this::turnEnded;
  private final Runnable nextTurn = this::nextTurn;
  private final Queue<byte[]> items = new ConcurrentLinkedQueue<>();
  private final AtomicLong credit = new AtomicLong();
  private volatile boolean inputEnded;
  private volatile boolean outputEnded;
  private volatile @Nullable SennitException failure;
  private volatile @Nullable Runnable atEnd;
  private volatile @Nullable Runnable onChange;
  private volatile byte @Nullable [] returned;
  private boolean wakeDue; // this and the next two: of the loop
  private int turnsWaited;
  private long bytesThisTurn;

  StreamHandoff(Runner runner, Loop loop) {
    this.gate = new Gate(runner);
    this.loop = loop;
  }

  // --- the loop ---

  void grant(long amount) {
    credit.addAndGet(amount);
    signal();
  }

  /**
   * An item; its taker is woken at the turn's end. Items come in batches, and one who is woken for
   * the first would have to be woken again for each of the others.
   */
  void deliver(byte[] item) {
    items.add(item);
    bytesThisTurn += item.length;
    if (!wakeDue) {
      wakeDue = true;
      loop.atTurnEnd(turnEnd);
    }
  }

  /**
   * A turn that brought much is likely to be followed by another: a waking costs more than that.
   */
  private void turnEnded() {
    boolean more = bytesThisTurn >= MUCH && turnsWaited < TURNS;
    bytesThisTurn = 0;
    if (more) {
      turnsWaited++;
      loop.execute(nextTurn);
    } else {
      turnsWaited = 0;
      wakeDue = false;
      signal();
    }
  }

  private void nextTurn() {
    loop.atTurnEnd(turnEnd);
  }

  /** No more items will come, and nothing was lost. */
  void endInput() {
    inputEnded = true;
    signalEnd();
  }

  /** The peer takes no more items. */
  void endOutput() {
    outputEnded = true;
    signal();
  }

  /** The end with an error; the first one counts, and none after a clean end. */
  void fail(SennitException why) {
    if (failure == null && !(inputEnded && outputEnded)) {
      failure = why;
    }
    inputEnded = true;
    outputEnded = true;
    signalEnd();
  }

  /** Who waits on the loop comes first: a thread that is woken could take the credit before. */
  private void signal() {
    var task = onChange;
    if (task != null) {
      task.run();
    }
    gate.signal();
  }

  private void signalEnd() {
    signal();
    var task = atEnd;
    if (task != null) {
      atEnd = null;
      task.run();
    }
  }

  // --- the user ---

  /**
   * Waits for the next item.
   *
   * @return null at the clean end
   * @throws SennitException how it ended otherwise, after all items that came before
   */
  byte @Nullable [] take() throws InterruptedException {
    while (true) {
      boolean ended = inputEnded; // read first: what came before the end is then seen
      var item = poll();
      if (item != null) {
        return item;
      }
      if (ended) {
        throwFailure();
        return null;
      }
      gate.await(() -> !isEmpty() || inputEnded);
    }
  }

  /** The next item if one is there. */
  byte @Nullable [] poll() {
    var first = returned;
    if (first != null) {
      returned = null;
      return first;
    }
    return items.poll();
  }

  /** An item that its taker had given up is the next one again. */
  void putBack(byte[] item) {
    returned = item;
    signal();
  }

  private boolean isEmpty() {
    return items.isEmpty() && returned == null;
  }

  /**
   * Whether the peer takes no more.
   *
   * @throws SennitException if the stream failed
   */
  boolean refusesItems() {
    if (outputEnded) {
      throwFailure();
    }
    return outputEnded;
  }

  /** Whether the peer takes no more. */
  boolean isOutputEnded() {
    return outputEnded;
  }

  /** Whether the clean end, or the failure, was reached and nothing is left to take. */
  public boolean isDrained() {
    return inputEnded && isEmpty();
  }

  /** Drops what was not taken. */
  public void drop() {
    items.clear();
    returned = null;
  }

  /**
   * Waits for credit and takes it.
   *
   * @param cost in the stream's unit; taken whole as soon as there is any credit at all
   * @return false if the peer takes no more
   * @throws SennitException if the stream failed
   */
  boolean takeCredit(long cost) throws InterruptedException {
    while (true) {
      if (tryTakeCredit(cost)) {
        return true;
      }
      gate.await(() -> credit.get() > 0 || outputEnded);
      if (outputEnded) {
        throwFailure();
        return false;
      }
    }
  }

  /** Waits for what the loop does next, until the condition holds. */
  void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
    gate.await(condition);
  }

  /** Wakes who waits, to look at their conditions again. */
  void wake() {
    gate.signal();
  }

  boolean tryTakeCredit(long cost) {
    if (outputEnded) {
      return false;
    }
    long now = credit.get();
    while (now > 0) {
      long before = credit.compareAndExchange(now, now - cost);
      if (before == now) {
        return true;
      }
      now = before;
    }
    return false;
  }

  /** Whether any credit was ever granted and some is left. */
  boolean hasCredit() {
    return credit.get() > 0;
  }

  /** Runs a task at every change, on the stream's loop; and once now, for what came before. */
  void onChange(Runnable task) {
    onChange = task;
    task.run();
  }

  /** Why it failed, if it did. */
  public @Nullable SennitException failure() {
    return failure;
  }

  /** Whether nothing more comes in, cleanly or not. */
  public boolean isEnded() {
    return inputEnded;
  }

  /** Whether neither direction carries anything any more. */
  public boolean isOver() {
    return inputEnded && outputEnded;
  }

  /** Runs a task once when the input ends, on the loop; at once on this thread if it has. */
  public void atEnd(Runnable task) {
    atEnd = task;
    if (inputEnded && atEnd == task) {
      atEnd = null;
      task.run();
    }
  }

  private void throwFailure() {
    var why = failure;
    if (why != null) {
      throw why;
    }
  }
}
