package io.sennit.grid;

import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import java.util.concurrent.CompletableFuture;

/**
 * The contract of a single call, shared by both sides as a constant: {@code
 * SingleHandler.of("quote", 1, Codec.of(Ask.class), Codec.of(Tick.class))}. Compatible changes go
 * into the codecs; another meaning wants another id. Seed: {@code SingleHandler}.
 *
 * @param <A> what is asked
 * @param <R> what is answered
 */
public final class SingleHandler<A, R> {
  /** The code behind the contract. */
  @FunctionalInterface
  public interface Code<A, R> {
    /**
     * Answers. What it throws reaches the caller as a {@link io.sennit.core.RemoteException}: of a
     * checked exception and of {@link RemoteErrors#of(String)} just the message.
     */
    R handle(A request, Caller caller) throws Exception;
  }

  private final String name;
  private final int id;
  private final Codec<A> request;
  private final Codec<R> response;

  private SingleHandler(String name, int id, Codec<A> request, Codec<R> response) {
    this.name = name;
    this.id = id;
    this.request = request;
    this.response = response;
  }

  /**
   * A contract.
   *
   * @param name for logs, errors and thread names
   * @param id 1 to 254
   */
  public static <A, R> SingleHandler<A, R> of(
      String name, int id, Codec<A> request, Codec<R> response) {
    Serving.checkId(id);
    return new SingleHandler<>(name, id, request, response);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its id. */
  public int id() {
    return id;
  }

  /** Serves it, a virtual thread per call. Seed: {@code Register}. */
  public Registration serve(Serving place, Code<A, R> code, String... subroute) {
    return place.registerSingle(id, name, raw(code), subroute);
  }

  /** Serves it on the loop: for code that never blocks and is done in microseconds. */
  public Registration serveInline(Serving place, Code<A, R> code, String... subroute) {
    return place.registerSingleInline(id, name, raw(code), subroute);
  }

  private Serving.SingleCode raw(Code<A, R> code) {
    return (bytes, caller) -> response.encode(code.handle(request.decode(bytes), caller));
  }

  /** Calls and waits, with the deadline of the handler in hand or 60 s. Seed: {@code Call}. */
  public R call(Requester peer, A ask) {
    return response.decode(peer.call(id, request.encode(ask)));
  }

  /** Calls and waits at most so long. */
  public R call(Requester peer, A ask, Within within) {
    return response.decode(peer.call(id, request.encode(ask), within));
  }

  /** Calls; the future completes on a loop, cancelling it cancels the call. */
  public CompletableFuture<R> callAsync(Requester peer, A ask, Within within) {
    var bytes = peer.callAsync(id, request.encode(ask), within);
    var answer = new Dependent<R>(bytes);
    bytes.whenComplete(
        (reply, why) -> {
          if (why != null) {
            answer.completeExceptionally(why);
            return;
          }
          try {
            answer.complete(response.decode(reply));
          } catch (Throwable e) { // whatever a codec throws, somebody waits for the answer
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** A future whose cancellation reaches the one it depends on. */
  private static final class Dependent<T> extends CompletableFuture<T> {
    private final CompletableFuture<?> source;

    Dependent(CompletableFuture<?> source) {
      this.source = source;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return super.cancel(mayInterruptIfRunning) && source.cancel(mayInterruptIfRunning);
    }
  }

  @Override
  public String toString() {
    return name + "/" + id;
  }
}
