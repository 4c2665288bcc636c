package io.sennit.store;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The owner's side of a store: counts what is queued and hands it to the thread. */
final class SqliteStore implements Store {
  private static final long CLOSE_SECONDS = 10;

  private final String name;
  private final Loop owner;
  private final Inbox inbox;
  private final CountDownLatch ended;
  private volatile boolean closed;
  private long queued; // on the loop only

  SqliteStore(String name, Loop owner, Inbox inbox, CountDownLatch ended) {
    this.name = name;
    this.owner = owner;
    this.inbox = inbox;
    this.ended = ended;
  }

  @Override
  public Batch batch() {
    return new Changes();
  }

  @Override
  public void commit(Batch batch, Durability level, Done<Void> done) {
    handIn(new Request.Commit(((Changes) batch).handIn(), level, done));
  }

  @Override
  public void readLog(String log, long from, int maxBytes, Done<List<Entry>> done) {
    handIn(new Request.ReadLog(log, from, maxBytes, done));
  }

  @Override
  public void readMap(
      String map, byte[] from, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done) {
    handIn(new Request.ReadMap(map, from, maxBytes, done));
  }

  @Override
  public void bounds(String log, Done<Bounds> done) {
    handIn(new Request.ReadBounds(log, done));
  }

  @Override
  public long queuedBytes() {
    assert owner.inLoop() : "off the store's loop";
    return queued;
  }

  /** Whether close was called; any thread. */
  boolean closing() {
    return closed;
  }

  /** Told by the thread, on the loop. */
  void settled(long bytes) {
    queued -= bytes;
  }

  private void handIn(Request asked) {
    assert owner.inLoop() : "off the store's loop";
    var request = closed ? new Request.Late(asked.done()) : asked;
    queued += request.bytes();
    if (!inbox.offer(request)) {
      queued -= request.bytes();
      owner.execute(() -> request.fail(Failures.closed(name)));
    }
  }

  /**
   * Any thread may call it. On a loop it returns at once, since a loop never blocks: the files are
   * closed soon after, and an opening meanwhile waits for that. Elsewhere it returns when they are
   * closed, or after 10 s.
   */
  @Override
  public void close() {
    closed = true;
    inbox.close();
    if (owner.inLoop() || Thread.currentThread() instanceof io.sennit.core.loop.LoopThread) {
      return;
    }
    try {
      if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        System.getLogger(SqliteStore.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "store {0} is still writing {1} s after it was asked to close",
                name,
                CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // its files are closed without us
    }
  }

  @Override
  public String toString() {
    return "store " + name;
  }
}
