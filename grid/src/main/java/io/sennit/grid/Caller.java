package io.sennit.grid;

import io.sennit.core.Deadline;
import java.util.Optional;

/**
 * Who calls, as a handler sees it. Seed: {@code GetCaller}, {@code GetSubroute}, {@code
 * RemoteClient}.
 */
public interface Caller {
  /** The calling peer's host string. */
  String name();

  /**
   * The connection to the caller: calls on it reach that peer, and a plain client on the connection
   * it made itself. Guests cannot be called: calls to them throw.
   */
  Connection connection();

  /** The subroute the handler was called on, parts joined with slashes. */
  Optional<String> subroute();

  /** By when the caller wants the answer; empty inside inline handlers and when it set none. */
  Optional<Deadline> deadline();

  /** Whether the caller gave up, its time ran out or its connection was lost. */
  boolean isCancelled();
}
