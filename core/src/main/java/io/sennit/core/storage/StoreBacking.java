package io.sennit.core.storage;

import io.sennit.core.spi.Loop;

/** One file beneath a store and its views: what an implementation brings. */
public interface StoreBacking {
  /** The store's name, for errors. */
  String name();

  /** The loop all requests come from and all answers go to. */
  Loop owner();

  /** Takes a request, in any case; on the owner's loop. */
  void ask(StoreRequest request);

  /** Transactions so far; on the owner's loop. */
  long groups();

  /** Times data was forced to the disk so far; on the owner's loop. */
  long syncs();

  /** See {@link io.sennit.core.spi.Store#close}; any thread. */
  void close();
}
