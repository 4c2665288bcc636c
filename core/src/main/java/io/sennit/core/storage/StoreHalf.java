package io.sennit.core.storage;

import io.sennit.core.spi.Store.Bounds;

/** What the rules must know of the durable half of a store, or of the half in memory. */
public interface StoreHalf {
  /** Whether the log was ever written here and not dropped. */
  boolean hasLog(String name);

  /** Whether the map was ever written here and not dropped. */
  boolean hasMap(String name);

  /** Where the log begins and ends; {@link Bounds#NONE} if it is not here. */
  Bounds bounds(String log);
}
