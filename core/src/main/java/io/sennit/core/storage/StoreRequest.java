package io.sennit.core.storage;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Contents;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.spi.Store.Entry;
import io.sennit.core.spi.Store.Range;
import java.util.List;
import java.util.Map;

/** What is asked of a file, with the names in the file. Each is answered exactly once. */
public sealed interface StoreRequest {
  /** Where its answer goes; on the owner's loop. */
  Done<?> done();

  /** Whether it stands in the order of the reads; else in that of the commits. */
  boolean isRead();

  /** A batch. */
  record Commit(StoreBatch batch, Durability level, Done<Void> done) implements StoreRequest {
    @Override
    public boolean isRead() {
      return false;
    }

    /** It worked; on the loop. */
    @SuppressWarnings("NullAway") // the one value of Void
    public void worked() {
      done.ok(null);
    }
  }

  /** Records of a log. */
  record ReadLog(String log, long from, int maxBytes, Done<List<Entry>> done)
      implements StoreRequest {
    @Override
    public boolean isRead() {
      return true;
    }
  }

  /** Entries of a map. */
  record ReadMap(String map, Range range, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done)
      implements StoreRequest {
    @Override
    public boolean isRead() {
      return true;
    }
  }

  /** Where a log begins and ends. */
  record ReadBounds(String log, Done<Bounds> done) implements StoreRequest {
    @Override
    public boolean isRead() {
      return true;
    }
  }

  /** The names of everything in the file. */
  record ReadNames(Done<Contents> done) implements StoreRequest {
    @Override
    public boolean isRead() {
      return true;
    }
  }

  /** Refused already; only its place in the order of the answers is kept. */
  record Refused(boolean isRead, SennitException why, Done<?> done) implements StoreRequest {}
}
