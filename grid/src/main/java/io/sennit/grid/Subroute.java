package io.sennit.grid;

import io.sennit.core.Within;
import java.util.concurrent.CompletableFuture;

/** A peer on a static subroute, which both sides must know. Any thread may use it. */
public final class Subroute implements Requester {
  private final Connection connection;
  private final CallSite site;

  Subroute(Connection connection, CallSite site) {
    this.connection = connection;
    this.site = site;
  }

  @Override
  public byte[] call(int handler, byte[] request) {
    return site.call(handler, request, null);
  }

  @Override
  public byte[] call(int handler, byte[] request, Within within) {
    return site.call(handler, request, within);
  }

  @Override
  public CompletableFuture<byte[]> callAsync(int handler, byte[] request, Within within) {
    return site.callAsync(handler, request, within);
  }

  @Override
  public void call(int handler, byte[] request, Within within, Reply reply) {
    site.call(handler, request, within, reply);
  }

  @Override
  public GridStream open(int handler, byte[] first) {
    return site.open(handler, first, null);
  }

  @Override
  public GridStream open(int handler, byte[] first, Within within) {
    return site.open(handler, first, within);
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

  CallSite site() {
    return site;
  }

  @Override
  public String toString() {
    return connection + "/" + route();
  }
}
