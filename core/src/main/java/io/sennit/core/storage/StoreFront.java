package io.sennit.core.storage;

import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A store or one of its views as an engine sees it: gives names their prefix, counts, and refuses
 * what is too much or too late. On the owner's loop, but for {@link #close}.
 */
public final class StoreFront implements Store {
  private static final int LONGEST_NAME = 100;

  private final Whole whole;
  private final @Nullable StoreFront above; // null: the store itself
  private final String prefix;
  private final UnaryOperator<String> names = this::inFile;
  private volatile boolean closed;
  private long commits;
  private long bytes;
  private long reads;
  private long queuedBytes;
  private int queuedReads;

  private record Listener(StoreFront front, Consumer<StorageException> told) {}

  /** What a store and its views have in common. */
  private static final class Whole {
    final StoreBacking backing;
    final List<Listener> listeners = new ArrayList<>();
    long queuedBytes;
    int queuedReads;
    @Nullable StorageException failure;

    Whole(StoreBacking backing) {
      this.backing = backing;
    }
  }

  /** The store itself, over its file. */
  public StoreFront(StoreBacking backing) {
    this(new Whole(backing), null, "");
  }

  private StoreFront(Whole whole, @Nullable StoreFront above, String prefix) {
    this.whole = whole;
    this.above = above;
    this.prefix = prefix;
  }

  /**
   * A name as it is in the file. A view's are {@code VIEW/NAME}; so that no other name can look
   * like one, a name with a slash gets another in front.
   */
  private String inFile(String name) {
    return prefix + (name.indexOf('/') < 0 ? name : "/" + name);
  }

  /** The own name of what is in the file; null if it is not of this view. */
  private @Nullable String own(String inFile) {
    if (!inFile.startsWith(prefix)) {
      return null;
    }
    var rest = inFile.substring(prefix.length());
    return rest.startsWith("/") ? rest.substring(1) : rest.indexOf('/') < 0 ? rest : null;
  }

  @Override
  public Batch batch() {
    return new StoreBatch(names);
  }

  @Override
  public void commit(Batch batch, Durability level, Done<Void> done) {
    if (!(batch instanceof StoreBatch mine) || !mine.isOf(names)) {
      throw new IllegalArgumentException("a batch of another store or view");
    }
    mine.handIn();
    if (!refused(
        whole.queuedBytes > MAX_QUEUED ? "too many bytes are queued" : null, false, done)) {
      ask(new StoreRequest.Commit(mine, level, new Answer<>(mine.bytes(), false, done)));
    }
  }

  @Override
  public void readLog(String log, long from, int maxBytes, Done<List<Entry>> done) {
    if (!refusedRead(done)) {
      int most = Math.min(maxBytes, MAX_READ);
      ask(new StoreRequest.ReadLog(inFile(log), from, most, reading(done)));
    }
  }

  @Override
  public void readMap(
      String map, Range range, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done) {
    if (!refusedRead(done)) {
      int most = Math.min(maxBytes, MAX_READ);
      ask(new StoreRequest.ReadMap(inFile(map), range, most, reading(done)));
    }
  }

  @Override
  public void bounds(String log, Done<Bounds> done) {
    if (!refusedRead(done)) {
      ask(new StoreRequest.ReadBounds(inFile(log), reading(done)));
    }
  }

  @Override
  public void list(Done<Contents> done) {
    if (!refusedRead(done)) {
      var filtered = Done.<Contents>of(all -> done.ok(own(all)), done::failed);
      ask(new StoreRequest.ReadNames(reading(filtered)));
    }
  }

  private Contents own(Contents all) {
    return new Contents(own(all.logs()), own(all.maps()));
  }

  private List<String> own(List<String> all) {
    var mine = new ArrayList<String>();
    for (var name : all) {
      var own = own(name);
      if (own != null) {
        mine.add(own);
      }
    }
    mine.sort(null);
    return mine;
  }

  private <T> Done<T> reading(Done<T> done) {
    return new Answer<>(0, true, done);
  }

  private boolean refusedRead(Done<?> done) {
    return refused(
        whole.queuedReads >= MAX_READS ? "too many reads are waiting" : null, true, done);
  }

  /** Refuses if it must, in its order among the answers; whether it did. */
  private boolean refused(@Nullable String tooMuch, boolean isRead, Done<?> done) {
    assert whole.backing.owner().inLoop() : "off the store's loop";
    SennitException why = null;
    if (isClosed()) {
      why = StoreErrors.closed(toString());
    } else if (tooMuch != null) {
      why = StoreErrors.full(toString(), tooMuch);
    }
    if (why == null) {
      return false;
    }
    whole.backing.ask(new StoreRequest.Refused(isRead, why, done));
    return true;
  }

  private boolean isClosed() {
    return closed || above != null && above.isClosed();
  }

  private void ask(StoreRequest request) {
    whole.backing.ask(request);
  }

  @Override
  public long queuedBytes() {
    assert whole.backing.owner().inLoop() : "off the store's loop";
    return queuedBytes;
  }

  @Override
  public Stats stats() {
    assert whole.backing.owner().inLoop() : "off the store's loop";
    return new Stats(
        commits,
        bytes,
        whole.backing.groups(),
        whole.backing.syncs(),
        reads,
        queuedBytes,
        queuedReads);
  }

  @Override
  public Store view(String strand) {
    if (strand.isBlank() || strand.length() > LONGEST_NAME || strand.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "a view is named by 1 to " + LONGEST_NAME + " characters without a slash: " + strand);
    }
    return new StoreFront(whole, this, prefix + strand + "/");
  }

  @Override
  public void onFailure(Consumer<StorageException> told) {
    assert whole.backing.owner().inLoop() : "off the store's loop";
    var listener = new Listener(this, told);
    if (whole.failure == null) {
      whole.listeners.add(listener);
    } else {
      tell(listener, whole.failure);
    }
  }

  /** Told by the file when it failed, once; on the owner's loop. */
  public void failed(StorageException why) {
    if (whole.failure != null) {
      return;
    }
    whole.failure = why;
    whole.listeners.forEach(listener -> tell(listener, why));
    whole.listeners.clear();
  }

  /** In a task of its own: what one throws harms no other. */
  private void tell(Listener listener, StorageException why) {
    whole
        .backing
        .owner()
        .execute(
            () -> {
              if (!listener.front.isClosed()) {
                listener.told.accept(why);
              }
            });
  }

  /** Any thread may close the store itself; a view is closed on the loop. */
  @Override
  public void close() {
    closed = true;
    if (above == null) {
      whole.backing.close();
    } else {
      assert whole.backing.owner().inLoop() : "off the store's loop";
      whole.listeners.removeIf(listener -> listener.front.isClosed());
    }
  }

  @Override
  public String toString() {
    return prefix.isEmpty()
        ? whole.backing.name()
        : whole.backing.name() + ", view " + prefix.substring(0, prefix.length() - 1);
  }

  /** Counts a request that was handed in, until its answer. */
  private final class Answer<T> implements Done<T> {
    private final long size;
    private final boolean isRead;
    private final Done<T> done;

    Answer(long size, boolean isRead, Done<T> done) {
      this.size = size;
      this.isRead = isRead;
      this.done = done;
      count(1);
    }

    private void count(int sign) {
      queuedBytes += sign * size;
      whole.queuedBytes += sign * size;
      if (isRead) {
        queuedReads += sign;
        whole.queuedReads += sign;
      }
    }

    @Override
    public void ok(T value) {
      count(-1);
      if (isRead) {
        reads++;
      } else {
        commits++;
        bytes += size;
      }
      done.ok(value);
    }

    @Override
    public void failed(SennitException why) {
      count(-1);
      done.failed(why);
    }
  }
}
