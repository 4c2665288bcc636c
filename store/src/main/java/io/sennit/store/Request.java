package io.sennit.store;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.spi.Store.Entry;
import java.util.List;
import java.util.Map;

/** What the owner's loop asks of the store's thread, in the order of asking. */
sealed interface Request {
  /** Where its failure goes. */
  Done<?> done();

  /** Bytes it keeps queued. */
  default long bytes() {
    return 0;
  }

  /** Ends it badly; on the loop. */
  default void fail(SennitException why) {
    done().failed(why);
  }

  record Commit(Changes changes, Durability level, Done<Void> done) implements Request {
    @Override
    public long bytes() {
      return changes.bytes();
    }
  }

  record ReadLog(String log, long from, int maxBytes, Done<List<Entry>> done) implements Request {}

  record ReadMap(String map, byte[] from, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done)
      implements Request {}

  record ReadBounds(String log, Done<Bounds> done) implements Request {}

  /** Asked when the store was closed already; only its turn to be refused is kept. */
  record Late(Done<?> done) implements Request {}
}
