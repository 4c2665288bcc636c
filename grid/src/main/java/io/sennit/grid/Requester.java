package io.sennit.grid;

import io.sennit.core.Within;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Whom calls and streams are addressed to: a connection or a subroute of one, or something that
 * chooses a connection for each call, such as a shard. Its twin is {@link Serving}. Seed: {@code
 * Requester}, {@code Streamer}.
 *
 * <p>Blocking methods may be called from any thread but a loop. They take their deadline from
 * {@code within}, else from the handler they are called in, else 60 s for calls and none for
 * streams. They throw {@link io.sennit.core.DisconnectedException} at once when there is no
 * connection and none is being made (a learned peer is dialed by its first call, which waits),
 * {@link UnknownHandlerException} for ids outside 1 to 255, {@link NodeBusyException} when the
 * queue to the peer is full, {@link io.sennit.core.RemoteException} with the peer's words, {@link
 * io.sennit.core.DeadlineExceededException}, and {@link io.sennit.core.CancelledException} when the
 * thread is interrupted (its mark stays set).
 */
public interface Requester {
  /** Calls and waits; seed: {@code Request}. {@code request} may be reused afterwards. */
  byte[] call(int handler, byte[] request);

  /** Calls and waits at most so long. */
  byte[] call(int handler, byte[] request, Within within);

  /** Calls; the future completes on a loop, cancelling it cancels the call. */
  CompletableFuture<byte[]> callAsync(int handler, byte[] request, Within within);

  /** Calls with a callback: the way with the least cost. A failure to begin comes the same way. */
  void call(int handler, byte[] request, Within within, Reply reply);

  /**
   * Opens a stream without a deadline; seed: {@code NewStream}. The handler must be registered on
   * this side too, for its capacities.
   */
  GridStream open(int handler, byte[] first);

  /** Opens a stream that ends after so long. */
  GridStream open(int handler, byte[] first, Within within);

  /**
   * Opens a stream whose code runs on the loop: {@code code} is called there once the stream
   * begins, with its way out. The handler must be registered on this side too.
   *
   * @return completes on the loop when the stream ends, exceptionally if it failed or could not
   *     begin; cancelling it cancels the stream
   */
  CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code);

  /**
   * Opens a stream of a contract that carries its own capacities, so that the handler need not be
   * registered here.
   *
   * @param within how long it may last, empty for no limit
   */
  GridStream open(int handler, byte[] first, Capacities items, Optional<Within> within);

  /** The same for a stream whose code runs on the loop. */
  CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      Capacities items,
      Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code);

  /** The same target on a static subroute; nested ones are joined with slashes. */
  Requester subroute(String route);
}
