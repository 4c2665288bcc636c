package io.sennit.core.loop;

import io.sennit.core.spi.Loop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one door by which other threads reach an engine: an unbounded-in-count, bounded-in-bytes
 * queue of many producers and one consumer, the loop. It is intrusive (the thing queued is the
 * node), takes no lock, and wakes the loop only when no drain is due. Offers of one thread keep
 * their order.
 *
 * @param <T> what is queued
 */
public final class Outbox<T extends Outbox.Node> {
  /** A thing that can lie in one outbox at a time. */
  public abstract static class Node {
    private volatile @Nullable Node nextInOutbox;
    private int outboxBytes;
  }

  /** What an offer came to. */
  public enum Offer {
    /** Queued; the loop will see it. */
    TAKEN,
    /** The bound in bytes was reached. */
    FULL,
    /** The outbox was closed; nothing more goes in. */
    CLOSED
  }

  private static final class Stub extends Node {}

  private static final VarHandle HEAD;
  private static final VarHandle NEXT;
  private static final VarHandle QUEUED;
  private static final VarHandle DUE;

  static {
    try {
      var lookup = MethodHandles.lookup();
      HEAD = lookup.findVarHandle(Outbox.class, "head", Node.class);
      NEXT = lookup.findVarHandle(Node.class, "nextInOutbox", Node.class);
      QUEUED = lookup.findVarHandle(Outbox.class, "queued", long.class);
      DUE = lookup.findVarHandle(Outbox.class, "due", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Stub stub = new Stub();
  private final Loop loop;
  private final long maxBytes;
  private final Runnable drain;
  private volatile Node head = stub; // producers push here
  private Node tail = stub; // the loop takes from here
  private volatile long queued;
  private volatile boolean due;
  private volatile boolean closed;

  /**
   * An empty outbox.
   *
   * @param maxBytes an offer is refused while this many bytes or more are queued
   * @param drain run on the loop when something may be queued; must call {@link #drain}
   */
  public Outbox(Loop loop, long maxBytes, Runnable drain) {
    this.loop = loop;
    this.maxBytes = maxBytes;
    this.drain = drain;
  }

  /**
   * Queues a node; any thread. What is taken is drained, also after the loop's end: it then comes
   * to {@code sink} on the thread that ended loops share.
   *
   * @param bytes what it holds on to, 0 or more
   */
  public Offer offer(T node, int bytes) {
    if (closed) {
      return Offer.CLOSED;
    }
    if (bytes > 0) {
      if (queued >= maxBytes) {
        return Offer.FULL;
      }
      QUEUED.getAndAdd(this, (long) bytes);
    }
    ((Node) node).outboxBytes = bytes;
    push(node);
    wake();
    return Offer.TAKEN;
  }

  /** Bytes queued and not yet taken; any thread. */
  public long queuedBytes() {
    return queued;
  }

  /**
   * Refuses all later offers; what is queued can still be drained. An offer under way may get in.
   */
  public void close() {
    closed = true;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Hands what is queued to {@code sink}, oldest first; on the loop.
   *
   * @param max the most to hand out; if more is there the loop is woken again
   * @return how many were handed out
   */
  @SuppressWarnings("unchecked")
  public int drain(int max, Consumer<? super T> sink) {
    due = false; // from here on an offer wakes the loop again
    int count = 0;
    boolean emptied = false;
    try {
      while (count < max) {
        var node = poll();
        if (node == null) {
          emptied = true;
          break;
        }
        count++;
        if (node.outboxBytes > 0) {
          QUEUED.getAndAdd(this, (long) -node.outboxBytes);
        }
        sink.accept((T) node);
      }
    } finally {
      // Also when the sink threw: the others are not its fault and must not wait for an offer.
      if (!emptied && (tail != stub || head != stub)) {
        wake();
      }
    }
    return count;
  }

  private void push(Node node) {
    NEXT.setOpaque(node, null);
    var before = (Node) HEAD.getAndSet(this, node);
    // Not a mere release: the link must be seen before `due` is read, or the loop, which clears
    // `due` and then looks for links, could miss the node while this thread sees a drain due.
    NEXT.setVolatile(before, node);
  }

  private void wake() {
    if (!due && DUE.compareAndSet(this, false, true)) {
      try {
        loop.execute(drain);
      } catch (Throwable t) {
        due = false; // no drain is due after all: the next offer must try again
        throw t;
      }
    }
  }

  private @Nullable Node poll() {
    var first = tail;
    var next = first.nextInOutbox;
    if (first == stub) {
      if (next == null) {
        return null;
      }
      tail = next;
      first = next;
      next = next.nextInOutbox;
    }
    if (next != null) {
      return take(first, next);
    }
    if (first != head) {
      return null; // a producer is between its two steps; its wake() comes after them
    }
    push(stub);
    next = first.nextInOutbox;
    return next == null ? null : take(first, next);
  }

  /** The link is cut: a long-lived node would keep all that were queued after it in memory. */
  private Node take(Node first, Node next) {
    tail = next;
    NEXT.setOpaque(first, null);
    return first;
  }
}
