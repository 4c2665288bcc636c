package io.sennit.store;

import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.storage.StoreBatch;
import io.sennit.core.storage.StoreHalf;
import io.sennit.core.storage.StoreState;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** The half of a store that is gone with the process. The store's two threads use it. */
final class MemoryHalf implements StoreHalf {
  private final ReentrantLock lock = new ReentrantLock();
  private final StoreState state = new StoreState();

  /** Makes the changes of a batch that breaks no rule. */
  void apply(StoreBatch batch) {
    with(
        all -> {
          all.apply(batch);
          return true;
        });
  }

  /** Looks at it while nobody changes it. */
  <T> T with(Function<StoreState, T> look) {
    lock.lock();
    try {
      return look.apply(state);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean hasLog(String name) {
    return with(all -> all.hasLog(name));
  }

  @Override
  public boolean hasMap(String name) {
    return with(all -> all.hasMap(name));
  }

  @Override
  public Bounds bounds(String log) {
    return with(all -> all.bounds(log));
  }
}
