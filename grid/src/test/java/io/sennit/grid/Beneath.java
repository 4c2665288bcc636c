package io.sennit.grid;

import io.sennit.core.spi.Fabric;

/** What a manager stands on, for tests of other packages. */
public final class Beneath {
  private Beneath() {}

  /** Its fabric, which it made itself if it was given none. */
  public static Fabric of(Manager manager) {
    return manager.fabric();
  }
}
