package io.sennit.store;

import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A batch while it is filled: on the owner's loop until its commit, then on the store's thread. The
 * arrays put in are not copied: they must stay as they are until the commit is answered.
 */
final class Changes implements Batch {
  private static final int OVERHEAD = 32; // what a row costs beside its bytes, roughly

  private final List<Change> list = new ArrayList<>();
  private long bytes;
  private String tooLong = "";
  private boolean handedIn;

  List<Change> list() {
    return list;
  }

  /** Bytes it holds on to. */
  long bytes() {
    return bytes;
  }

  /** What in it is longer than a store takes, or empty text. */
  String tooLong() {
    return tooLong;
  }

  /** Marks it as used up. */
  Changes handIn() {
    if (handedIn) {
      throw new IllegalStateException("a batch is committed once; ask for a new one");
    }
    handedIn = true;
    return this;
  }

  @Override
  public Batch append(String log, long index, byte[] record) {
    measure("record " + index + " of log " + log, record);
    return add(new Change.Append(Objects.requireNonNull(log), index, record));
  }

  @Override
  public Batch cut(String log, long below) {
    return add(new Change.Cut(Objects.requireNonNull(log), below));
  }

  @Override
  public Batch put(String map, byte[] key, byte[] value) {
    measure("a key of map " + map, key);
    measure("a value of map " + map, value);
    return add(new Change.Put(Objects.requireNonNull(map), key, value));
  }

  @Override
  public Batch remove(String map, byte[] key) {
    measure("a key of map " + map, key);
    return add(new Change.Remove(Objects.requireNonNull(map), key));
  }

  private Batch add(Change change) {
    if (handedIn) {
      throw new IllegalStateException("a batch cannot change after its commit");
    }
    list.add(change);
    bytes += OVERHEAD;
    return this;
  }

  private void measure(String what, byte[] part) {
    bytes += part.length;
    if (part.length > Store.MAX_RECORD && tooLong.isEmpty()) {
      tooLong = what;
    }
  }
}
