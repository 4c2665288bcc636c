package io.sennit.grid;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.grid.engine.ClientMux;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * The caller's end of a stream of bytes: items out while the handler takes input, results in until
 * its end. Leaving it by {@link #close} before the end cancels the handler. Sending and receiving
 * may be done by two threads. Seed: {@code Stream}.
 */
public final class GridStream implements Input<byte[]>, Output<byte[]>, AutoCloseable {
  private final ClientMux mux;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  GridStream(ClientMux mux) {
    this.mux = mux;
    mux.handoff().atEnd(this::ended);
  }

  private void ended() {
    var why = mux.handoff().failure();
    if (why == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(why);
    }
  }

  /** Whether the handler takes items; its input capacity is above zero. */
  public boolean hasInput() {
    return mux.hasInput();
  }

  @Override
  public void send(byte[] item) {
    requireInput();
    try {
      mux.send(item);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Sends an item without waiting.
   *
   * @return completes on a loop once there was credit for it; items keep their order, also with
   *     those of {@link #send}. Fails with {@link NodeBusyException} at once when the queue to the
   *     peer is full
   */
  public CompletableFuture<Void> sendAsync(byte[] item) {
    return mux.hasInput()
        ? StreamFutures.send(mux, item)
        : CompletableFuture.failedFuture(ClientMux.noInput());
  }

  @Override
  public boolean trySend(byte[] item) {
    requireInput();
    return mux.trySend(item);
  }

  /** No more items; results still come. Harmless when repeated. Seed: closing {@code Requests}. */
  public void endInput() {
    try {
      mux.endInput();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Ends this direction without waiting, behind all items given before. */
  public CompletableFuture<Void> endInputAsync() {
    return mux.hasInput() ? StreamFutures.end(mux) : CompletableFuture.completedFuture(null);
  }

  @Override
  public Optional<byte[]> receive() {
    try {
      return Optional.ofNullable(mux.receive());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Asks for the next result without waiting; do not mix with a {@link #receive} under way.
   *
   * @return completes on a loop: empty at the clean end, exceptionally at any other. At most 1,024
   *     may wait at a time; cancelling one loses no result
   */
  public CompletableFuture<Optional<byte[]>> receiveAsync() {
    return StreamFutures.receive(mux);
  }

  /**
   * The results for one subscriber, which holds the sender by what it does not request. Signals
   * come on a loop or on the thread that requests: a subscriber does not block. Cancelling the
   * subscription cancels the handler.
   */
  public Flow.Publisher<byte[]> publisher() {
    return new StreamPublisher<>(this::receiveAsync, this::close);
  }

  /**
   * Hands every result to {@code next} until the end; if it throws, the stream is cancelled and the
   * exception goes on. Seed: {@code Results}.
   */
  public void results(Consumer<byte[]> next) {
    try (this) {
      for (var item : this) {
        next.accept(item);
      }
    }
  }

  /**
   * Completes on a loop when the stream ends, with its failure if it failed. Seed: {@code Done}.
   */
  public CompletableFuture<Void> done() {
    return done;
  }

  /** Why it failed, if it did. Seed: {@code Err}. */
  public Optional<SennitException> error() {
    return Optional.ofNullable(mux.handoff().failure());
  }

  /** Ends it now and cancels the handler; what was not received is dropped. */
  public void cancel() {
    mux.cancel(
        new CancelledException(
            "cancelled", ErrorContext.peer(mux.channel().remoteHost()).with(Outcome.UNKNOWN)));
  }

  /** Cancels it unless it has ended; idempotent. */
  @Override
  public void close() {
    if (!mux.handoff().isOver()) {
      cancel();
    }
    mux.handoff().drop();
  }

  private void requireInput() {
    if (!mux.hasInput()) {
      throw ClientMux.noInput();
    }
  }

  private CancelledException interrupted() {
    cancel();
    return CallSite.interrupted("the stream", mux.channel().remoteHost());
  }
}
