package io.sennit.grid;

import io.sennit.core.Within;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** How a connection and a subroute are called alike. */
abstract sealed class Addressed implements Requester permits Connection, Subroute {
  abstract CallSite site();

  /** The connection underneath. */
  public abstract Connection connection();

  @Override
  public abstract Subroute subroute(String route);

  @Override
  public byte[] call(int handler, byte[] request) {
    return site().call(handler, request, null);
  }

  @Override
  public byte[] call(int handler, byte[] request, Within within) {
    return site().call(handler, request, within);
  }

  @Override
  public CompletableFuture<byte[]> callAsync(int handler, byte[] request, Within within) {
    return site().callAsync(handler, request, within);
  }

  @Override
  public void call(int handler, byte[] request, Within within, Reply reply) {
    site().call(handler, request, within, reply);
  }

  @Override
  public GridStream open(int handler, byte[] first) {
    return site().open(handler, first, null);
  }

  @Override
  public GridStream open(int handler, byte[] first, Within within) {
    return site().open(handler, first, within);
  }

  @Override
  public CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
    return site().openInline(handler, first, within, code);
  }

  @Override
  public GridStream open(int handler, byte[] first, Capacities items, Optional<Within> within) {
    return site().open(handler, first, items, within.orElse(null));
  }

  @Override
  public CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      Capacities items,
      Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
    return site().openInline(handler, first, items, within, code);
  }
}
