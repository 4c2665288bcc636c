package io.sennit.sim;

import io.sennit.core.spi.Store;
import java.util.ArrayList;
import java.util.List;

/** Changes that happen together. */
final class SimBatch implements Store.Batch {
  /** One change. */
  sealed interface Change {}

  record Append(String log, long index, byte[] record) implements Change {}

  record Cut(String log, long below) implements Change {}

  record Put(String map, byte[] key, byte[] value) implements Change {}

  record Remove(String map, byte[] key) implements Change {}

  private final List<Change> changes = new ArrayList<>();
  private long bytes;
  private boolean tooLong;

  List<Change> changes() {
    return changes;
  }

  long bytes() {
    return bytes;
  }

  boolean hasTooLong() {
    return tooLong;
  }

  private byte[] kept(byte[] given) {
    tooLong |= given.length > Store.MAX_RECORD;
    bytes += given.length;
    return given.clone();
  }

  @Override
  public SimBatch append(String log, long index, byte[] record) {
    changes.add(new Append(log, index, kept(record)));
    return this;
  }

  @Override
  public SimBatch cut(String log, long below) {
    changes.add(new Cut(log, below));
    return this;
  }

  @Override
  public SimBatch put(String map, byte[] key, byte[] value) {
    changes.add(new Put(map, kept(key), kept(value)));
    return this;
  }

  @Override
  public SimBatch remove(String map, byte[] key) {
    changes.add(new Remove(map, kept(key)));
    return this;
  }
}
