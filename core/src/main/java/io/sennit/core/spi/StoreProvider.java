package io.sennit.core.spi;

import java.nio.file.Path;

/** How {@code sennit-store} is found. */
public interface StoreProvider {
  /** Opens the store {@code name} in {@code folder}; see {@link Fabric#store}. */
  void open(Loop owner, Path folder, String name, Done<Store> done);
}
