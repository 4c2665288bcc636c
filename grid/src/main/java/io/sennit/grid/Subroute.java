package io.sennit.grid;

/** A peer on a static subroute, which both sides must know. Any thread may use it. */
public final class Subroute extends Addressed {
  private final Connection connection;
  private final CallSite site;

  Subroute(Connection connection, CallSite site) {
    this.connection = connection;
    this.site = site;
  }

  @Override
  public Subroute subroute(String route) {
    return new Subroute(connection, site.on(route));
  }

  @Override
  public Connection connection() {
    return connection;
  }

  /** The route, parts joined with slashes. */
  public String route() {
    return site.route().orElse("");
  }

  @Override
  CallSite site() {
    return site;
  }

  @Override
  public String toString() {
    return connection + "/" + route();
  }
}
