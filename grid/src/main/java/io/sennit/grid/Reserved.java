package io.sennit.grid;

/**
 * The door of the node to handler {@value Manager#RESERVED_HANDLER}, which users cannot register:
 * Sennit's own services live there, each on a subroute of its own.
 */
public final class Reserved {
  private final Manager manager;

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
    return manager.registerSingle(Manager.RESERVED_HANDLER, name, false, code, subroute);
  }
}
