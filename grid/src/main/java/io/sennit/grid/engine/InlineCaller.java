package io.sennit.grid.engine;

import io.sennit.core.Deadline;
import io.sennit.grid.Caller;
import io.sennit.grid.Connection;
import java.util.Optional;

/** The caller an inline handler sees. */
record InlineCaller(Remote remote, Optional<String> subroute) implements Caller {
  @Override
  public String name() {
    return remote.host();
  }

  @Override
  public Connection connection() {
    return remote.connection();
  }

  @Override
  public Optional<Deadline> deadline() {
    return Optional.empty();
  }

  @Override
  public boolean isCancelled() {
    return false;
  }
}
