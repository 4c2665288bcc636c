package io.sennit.grid.engine;

import io.sennit.core.Deadline;
import io.sennit.grid.Caller;
import java.util.Optional;

/** The caller an inline handler sees. */
record InlineCaller(String name, Optional<String> subroute) implements Caller {
  @Override
  public Optional<Deadline> deadline() {
    return Optional.empty();
  }

  @Override
  public boolean isCancelled() {
    return false;
  }
}
