package io.sennit.grid;

import io.sennit.core.Within;
import io.sennit.grid.engine.Guests;
import java.util.Optional;

/**
 * The door of the node to handler {@value Manager#RESERVED_HANDLER}, which users cannot register:
 * Sennit's own services live there, each on a subroute of its own.
 */
public final class Reserved {
  /** The subroute of the control service, the only one that guests may use. */
  public static final String CONTROL = Guests.DOOR;

  private final Manager manager;

  // counts for nothing: such peers count bytes
  private static final Capacities ONE_WAY = new Capacities(0, 64);

  private Reserved(Manager manager) {
    this.manager = manager;
  }

  /** The reserved handler of a manager. */
  public static Reserved of(Manager manager) {
    return new Reserved(manager);
  }

  /**
   * Serves single calls on a subroute, a virtual thread per call.
   *
   * @param name for logs, errors and thread names
   * @throws HandlerAlreadyExistsException if the subroute is taken
   */
  public Registration serve(String name, Manager.SingleCode code, String subroute) {
    return manager.single(Manager.RESERVED_HANDLER, name, false, code, subroute);
  }

  /**
   * Serves streams of answers on a subroute, a virtual thread per stream; callers send only the
   * first payload.
   *
   * @throws HandlerAlreadyExistsException if the subroute is taken
   */
  public Registration serveStreams(String name, Manager.StreamCode code, String subroute) {
    return manager.streaming(Manager.RESERVED_HANDLER, name, ONE_WAY, code, subroute);
  }

  /** Opens such a stream towards a Sennit peer; throws as {@link Requester#open} does. */
  public static GridStream open(
      Connection peer, String subroute, byte[] first, Optional<Within> within) {
    return peer.site()
        .on(subroute)
        .open(Manager.RESERVED_HANDLER, first, ONE_WAY, within.orElse(null));
  }
}
