package io.sennit.core.storage;

import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Batch;
import io.sennit.core.spi.Store.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A batch while it is filled: on the owner's loop until its commit, then on the store's thread. The
 * arrays put in are not copied.
 */
public final class StoreBatch implements Batch {
  private static final int OVERHEAD = 32; // what a row costs beside its bytes, roughly

  private final UnaryOperator<String> names;
  private final List<StoreChange> changes = new ArrayList<>();
  private long bytes;
  private String tooLong = "";
  private boolean handedIn;

  /**
   * An empty batch.
   *
   * @param names turns the caller's names into those in the file
   */
  StoreBatch(UnaryOperator<String> names) {
    this.names = names;
  }

  /** An empty batch whose names are those in the file. */
  public StoreBatch() {
    this(name -> name);
  }

  /** The steps in their order. */
  public List<StoreChange> changes() {
    return changes;
  }

  /** Bytes it holds on to. */
  public long bytes() {
    return bytes;
  }

  /** What in it is longer than a store takes, or empty text. */
  public String tooLong() {
    return tooLong;
  }

  boolean isOf(UnaryOperator<String> these) {
    return names == these;
  }

  /** Marks it as used up. */
  StoreBatch handIn() {
    if (handedIn) {
      throw new IllegalStateException("a batch is committed once; ask for a new one");
    }
    handedIn = true;
    return this;
  }

  @Override
  public Batch append(String log, long index, byte[] record) {
    bytes += record.length;
    if (record.length > Store.MAX_RECORD && tooLong.isEmpty()) {
      tooLong = "record " + index + " of log " + log;
    }
    return add(new StoreChange.Append(named(log), index, record));
  }

  @Override
  public Batch cut(String log, long below) {
    return add(new StoreChange.Cut(named(log), below));
  }

  @Override
  public Batch truncate(String log, long from) {
    return add(new StoreChange.Truncate(named(log), from));
  }

  @Override
  public Batch dropLog(String log) {
    return add(new StoreChange.DropLog(named(log)));
  }

  @Override
  public Batch put(String map, byte[] key, byte[] value) {
    measure(map, key);
    measure(map, value);
    return add(new StoreChange.Put(named(map), key, value));
  }

  @Override
  public Batch remove(String map, byte[] key) {
    measure(map, key);
    return add(new StoreChange.Remove(named(map), key));
  }

  @Override
  public Batch removeRange(String map, Range range) {
    measure(map, range.from());
    measure(map, range.to());
    return add(new StoreChange.RemoveRange(named(map), range));
  }

  @Override
  public Batch dropMap(String map) {
    return add(new StoreChange.DropMap(named(map)));
  }

  private String named(String name) {
    return names.apply(Objects.requireNonNull(name));
  }

  private Batch add(StoreChange change) {
    if (handedIn) {
      throw new IllegalStateException("a batch cannot change after its commit");
    }
    changes.add(change);
    bytes += OVERHEAD;
    return this;
  }

  private void measure(String map, byte[] part) {
    bytes += part.length;
    if (part.length > Store.MAX_RECORD && tooLong.isEmpty()) {
      tooLong = "a key or value of map " + map;
    }
  }
}
