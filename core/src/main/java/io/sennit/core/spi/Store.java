package io.sennit.core.spi;

import java.util.List;
import java.util.Map;

/**
 * Atomic batches over durable logs and maps. Methods belong to the owner's loop, where every answer
 * arrives, in the order asked. A store that failed a commit fails all later ones until it is opened
 * again; nothing acknowledged is lost.
 */
public interface Store extends AutoCloseable {
  /** Bytes of the longest record, key or value: 64 MiB. */
  int MAX_RECORD = 64 << 20;

  /** A new empty batch. */
  Batch batch();

  /** All or nothing over logs and maps; answers come in the order of the commits. */
  void commit(Batch batch, Durability level, Done<Void> done);

  /**
   * Reads records of a log in order.
   *
   * @param from index of the first wanted; less than the first there starts at the first there
   * @param maxBytes stop after the record that reaches it; at least one record is given if there is
   *     one
   */
  void readLog(String log, long from, int maxBytes, Done<List<Entry>> done);

  /**
   * Reads entries of a map in the unsigned order of their keys.
   *
   * @param from the first key wanted, inclusive; empty array: the first there
   * @param maxBytes stop after the entry that reaches it; at least one is given if there is one
   */
  void readMap(String map, byte[] from, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done);

  /** Where a log begins and ends. */
  void bounds(String log, Done<Bounds> done);

  /** Bytes handed in and not yet durable; engines stop their intake at their own bound. */
  long queuedBytes();

  /** Finishes what was handed in and closes the files; idempotent. */
  @Override
  void close();

  /** A record of a log. */
  record Entry(long index, byte[] record) {}

  /**
   * Where a log begins and ends.
   *
   * @param first index of the first record there; equal to {@code next} when it is empty
   * @param next index the next record must have; 0 for a log never written
   */
  record Bounds(long first, long next) {}

  /** When an answer may come. */
  enum Durability {
    /** After it survives a power cut. */
    FSYNC,
    /** After it survives the death of the process. */
    OS,
    /**
     * At once; gone with the process. Such records are kept apart and never mix with durable ones.
     */
    MEMORY
  }

  /** Changes that happen together. Not for use after its commit. */
  interface Batch {
    /** Appends a record; {@code index} must be the log's next, any number for an empty log. */
    Batch append(String log, long index, byte[] record);

    /** Forgets records below an index. */
    Batch cut(String log, long below);

    /** Sets a key. */
    Batch put(String map, byte[] key, byte[] value);

    /** Removes a key; harmless when it is not there. */
    Batch remove(String map, byte[] key);
  }
}
