package io.sennit.core.storage;

import io.sennit.core.spi.Store.Range;

/** One step of a batch. The arrays are the caller's and are not copied. */
public sealed interface StoreChange {
  /** Of a log. */
  sealed interface OfLog extends StoreChange {
    /** Which log. */
    String log();
  }

  /** Of a map. */
  sealed interface OfMap extends StoreChange {
    /** Which map. */
    String map();
  }

  /** Adds a record. */
  record Append(String log, long index, byte[] record) implements OfLog {}

  /** Forgets records below an index. */
  record Cut(String log, long below) implements OfLog {}

  /** Forgets records at an index and above. */
  record Truncate(String log, long from) implements OfLog {}

  /** Forgets the log. */
  record DropLog(String log) implements OfLog {}

  /** Sets a key. */
  record Put(String map, byte[] key, byte[] value) implements OfMap {}

  /** Removes a key. */
  record Remove(String map, byte[] key) implements OfMap {}

  /** Removes keys. */
  record RemoveRange(String map, Range range) implements OfMap {}

  /** Forgets the map. */
  record DropMap(String map) implements OfMap {}
}
