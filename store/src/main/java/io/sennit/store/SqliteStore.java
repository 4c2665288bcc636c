package io.sennit.store;

import io.sennit.core.loop.LoopThread;
import io.sennit.core.spi.Loop;
import io.sennit.core.storage.StoreBacking;
import io.sennit.core.storage.StoreErrors;
import io.sennit.core.storage.StoreRequest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The owner's side of a store: hands requests to the thread that commits or to that which reads.
 */
final class SqliteStore implements StoreBacking {
  /** How long after its close a store goes on with what was handed in; then it refuses the rest. */
  private static final long FINISH_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final long CLOSE_SECONDS = 5;

  private final String name;
  private final Loop owner;
  private final Inbox<StoreRequest> commits = new Inbox<>();
  private final Inbox<ReadThread.Read> reads = new Inbox<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile long closedAt; // once closing is set
  private volatile @Nullable StoreThread thread;
  private long asked; // commits; on the loop only

  SqliteStore(String name, Loop owner) {
    this.name = name;
    this.owner = owner;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Loop owner() {
    return owner;
  }

  Inbox<StoreRequest> commits() {
    return commits;
  }

  Inbox<ReadThread.Read> reads() {
    return reads;
  }

  /** Told by the store's thread before anybody is given the store. */
  void opened(StoreThread by) {
    thread = by;
  }

  /** Told by the store's thread when its files are closed. */
  void ended() {
    ended.countDown();
  }

  /** Whether close was called; any thread. */
  boolean closing() {
    return closing;
  }

  /** Whether it was closed so long ago that what still waits is refused; any thread. */
  boolean overdue() {
    return closing && System.nanoTime() - closedAt > FINISH_NANOS;
  }

  @Override
  public void ask(StoreRequest request) {
    boolean taken;
    if (request.isRead()) {
      taken = reads.offer(new ReadThread.Read(request, asked));
    } else {
      asked += request instanceof StoreRequest.Commit ? 1 : 0;
      taken = commits.offer(request);
    }
    if (!taken) {
      var late = new Answers(owner);
      late.add(() -> request.done().failed(StoreErrors.closed(name)));
      late.send();
    }
  }

  @Override
  public long groups() {
    var by = thread;
    return by == null ? 0 : by.groups();
  }

  @Override
  public long syncs() {
    var by = thread;
    return by == null ? 0 : by.syncs();
  }

  @Override
  public void close() {
    if (!closing) {
      closedAt = System.nanoTime();
      closing = true;
    }
    commits.close();
    reads.close();
    if (owner.inLoop() || Thread.currentThread() instanceof LoopThread) {
      return;
    }
    if (!awaitEnd(CLOSE_SECONDS)) {
      System.getLogger(SqliteStore.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "store {0} is still busy {1} s after it was asked to close",
              name,
              CLOSE_SECONDS);
    }
  }

  /** Waits until its files are closed; whether they are. Not on a loop. */
  boolean awaitEnd(long seconds) {
    try {
      return ended.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // its files are closed without us
      return ended.getCount() == 0;
    }
  }

  @Override
  public String toString() {
    return "store " + name;
  }
}
