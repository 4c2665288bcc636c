package io.sennit.core.spi;

import io.sennit.core.StorageException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Atomic batches over durable logs and maps. Methods belong to the owner's loop, where every answer
 * arrives: commits are answered in the order of the commits, reads in the order of the reads. A
 * read does not hold up a commit, so the two may overtake each other; a read sees every commit
 * asked before it, and may see later ones.
 *
 * <p>A batch that breaks a rule (a wrong index, a part that is too long, a name of the other kind)
 * fails alone, with nothing of it done. A read that fails (damage, no memory, I/O) fails alone. A
 * failure of the machine at a commit fails the store: that commit and everything asked later, until
 * it is closed and opened again; nothing acknowledged is lost. {@link #onFailure} tells it.
 *
 * <p>A log or map is durable or in memory, by the first batch that wrote to it, until it is
 * dropped; a batch of the other kind fails alone.
 */
public interface Store extends AutoCloseable {
  /** Bytes of the longest record, key or value: 64 MiB. */
  int MAX_RECORD = 64 << 20;

  /** Most bytes of one read's answer, beyond its first record: 16 MiB, however much is asked. */
  int MAX_READ = 16 << 20;

  /** Most records or entries of one read's answer. */
  int MAX_READ_COUNT = 65_536;

  /** A commit asked while more than so many bytes are queued, by all views, is refused: 256 MiB. */
  long MAX_QUEUED = 256L << 20;

  /** Most reads that wait for their answers, of all views; one more is refused. */
  int MAX_READS = 4096;

  /** A new empty batch, for this store or view. */
  Batch batch();

  /**
   * All or nothing over logs and maps; answers come in the order of the commits. The arrays in a
   * batch are not copied: they must stay as they are until its commit is answered.
   *
   * @param batch of this store or view, committed for the first time
   */
  void commit(Batch batch, Durability level, Done<Void> done);

  /**
   * Reads records of a log in order.
   *
   * @param from index of the first wanted; less than the first there starts at the first there
   * @param maxBytes stop after the record that reaches it; at least one record is given if there is
   *     one. An answer ends earlier at {@link #MAX_READ} or {@link #MAX_READ_COUNT}, so only an
   *     empty one says that nothing follows.
   */
  void readLog(String log, long from, int maxBytes, Done<List<Entry>> done);

  /**
   * Reads entries of a map in the unsigned order of their keys, or in the reverse order.
   *
   * @param maxBytes stop after the entry that reaches it; at least one is given if there is one. An
   *     answer ends earlier at {@link #MAX_READ} or {@link #MAX_READ_COUNT}, so only an empty one
   *     says that nothing follows.
   */
  void readMap(String map, Range range, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done);

  /**
   * Reads entries of a map from a key on.
   *
   * @param from the first key wanted, inclusive; empty array: the first there
   */
  default void readMap(
      String map, byte[] from, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done) {
    readMap(map, Range.from(from), maxBytes, done);
  }

  /** Where a log begins and ends. */
  void bounds(String log, Done<Bounds> done);

  /** The names of all logs and maps of this store or view; those of views made from it are not. */
  void list(Done<Contents> done);

  /**
   * Bytes handed in by this store or view and not yet answered; engines stop their intake at it.
   */
  long queuedBytes();

  /** What this store or view has done since it was opened. */
  Stats stats();

  /**
   * A part of this store for one strand, in the same file: names in it are its own, and so are its
   * {@link #queuedBytes} and counts. Closing a view closes no file; the view itself then refuses.
   * The same name gives access to the same logs and maps.
   *
   * @param strand 1 to 100 characters without a slash
   * @throws IllegalArgumentException if the name is not of that form
   */
  Store view(String strand);

  /**
   * Tells once, on the loop, when the store fails; soon if it has failed already. A closed view is
   * not told.
   */
  void onFailure(Consumer<StorageException> told);

  /**
   * Finishes what was handed in and closes the files; idempotent; any thread. What is not finished
   * after 3 s is refused. On a loop it returns at once; elsewhere when the files are closed, or
   * after 5 s.
   */
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
  record Bounds(long first, long next) {
    /** Of a log never written, or dropped. */
    public static final Bounds NONE = new Bounds(0, 0);

    /** Whether there is no record; then a record of any index may be appended. */
    public boolean empty() {
      return first == next;
    }
  }

  /**
   * What is in a store, each list in the order of the names.
   *
   * @param logs logs that were written to and not dropped, empty ones too
   * @param maps the same of maps
   */
  record Contents(List<String> logs, List<String> maps) {
    /** Keeps copies. */
    public Contents {
      logs = List.copyOf(logs);
      maps = List.copyOf(maps);
    }
  }

  /**
   * Counts since the opening; of a view, its own where not said otherwise.
   *
   * @param commits commits that worked
   * @param bytes bytes in them
   * @param groups transactions, of the whole file: each makes several commits durable at once
   * @param syncs times data was forced to the disk, of the whole file
   * @param reads reads that worked
   * @param queuedBytes see {@link Store#queuedBytes}
   * @param queuedReads reads not yet answered
   */
  record Stats(
      long commits,
      long bytes,
      long groups,
      long syncs,
      long reads,
      long queuedBytes,
      int queuedReads) {}

  /**
   * A range of keys in their unsigned order.
   *
   * @param from the least key in it, inclusive; empty: no lower end
   * @param to the upper end, exclusive; empty: no upper end
   * @param reverse whether it is read from its upper end
   */
  record Range(byte[] from, byte[] to, boolean reverse) {
    private static final byte[] OPEN = {};

    /** All keys. */
    public static Range all() {
      return new Range(OPEN, OPEN, false);
    }

    /** The keys from one on. */
    public static Range from(byte[] from) {
      return new Range(from, OPEN, false);
    }

    /** The keys from one on, below another. */
    public static Range between(byte[] from, byte[] to) {
      return new Range(from, to, false);
    }

    /** The keys that begin so. */
    public static Range prefix(byte[] prefix) {
      int length = prefix.length;
      while (length > 0 && prefix[length - 1] == (byte) 0xff) {
        length--;
      }
      var end = Arrays.copyOf(prefix, length);
      if (length > 0) {
        end[length - 1]++;
      }
      return new Range(prefix, end, false);
    }

    /** The same keys from the other end. */
    public Range reversed() {
      return new Range(from, to, !reverse);
    }
  }

  /** When an answer may come. */
  enum Durability {
    /** After it survives a power cut. */
    FSYNC,
    /**
     * After it survives the death of the process. It survives a power cut too from some {@link
     * #OS_SYNC_MILLIS} after its answer on.
     */
    OS,
    /**
     * At once; gone with the process. Such records are kept apart and never mix with durable ones.
     */
    MEMORY;

    /** Milliseconds after a commit at level {@link #OS} within which it is forced to the disk. */
    public static final long OS_SYNC_MILLIS = 1_000;
  }

  /** Changes that happen together, in the order of the calls. Not for use after its commit. */
  interface Batch {
    /** Appends a record; {@code index} must be the log's next, any number for an empty log. */
    Batch append(String log, long index, byte[] record);

    /** Forgets records below an index. */
    Batch cut(String log, long below);

    /**
     * Forgets records at an index and above: the log's next goes back to it, but not below its
     * first. Harmless when there are none.
     */
    Batch truncate(String log, long from);

    /**
     * Forgets a log as if it had never been written, its kind too; harmless when it is not there.
     */
    Batch dropLog(String log);

    /** Sets a key. */
    Batch put(String map, byte[] key, byte[] value);

    /** Removes a key; harmless when it is not there. */
    Batch remove(String map, byte[] key);

    /** Removes all keys of a range; {@link Range#prefix} removes those that begin alike. */
    Batch removeRange(String map, Range range);

    /**
     * Forgets a map as if it had never been written, its kind too; harmless when it is not there.
     */
    Batch dropMap(String map);
  }
}
