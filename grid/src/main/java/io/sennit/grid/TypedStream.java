package io.sennit.grid;

import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.codec.Codec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * The caller's end of a typed stream; see {@link GridStream}. An item that cannot be decoded ends
 * the stream with a {@link ProtocolException}.
 *
 * @param <S> what is sent
 * @param <R> what is received
 */
public final class TypedStream<S, R> implements Input<R>, Output<S>, AutoCloseable {
  private final GridStream stream;
  private final Codec<S> sent;
  private final Codec<R> received;

  TypedStream(GridStream stream, Codec<S> sent, Codec<R> received) {
    this.stream = stream;
    this.sent = sent;
    this.received = received;
  }

  @Override
  public void send(S item) {
    stream.send(sent.encode(item));
  }

  @Override
  public boolean trySend(S item) {
    return stream.trySend(sent.encode(item));
  }

  /** Sends an item without waiting; see {@link GridStream#sendAsync}. */
  public CompletableFuture<Void> sendAsync(S item) {
    return stream.sendAsync(sent.encode(item));
  }

  /** Ends this direction without waiting, behind all items given before. */
  public CompletableFuture<Void> endInputAsync() {
    return stream.endInputAsync();
  }

  /** No more items; results still come. */
  public void endInput() {
    stream.endInput();
  }

  @Override
  public Optional<R> receive() {
    return decode(stream.receive());
  }

  /** Asks for the next result without waiting; see {@link GridStream#receiveAsync}. */
  public CompletableFuture<Optional<R>> receiveAsync() {
    return stream.receiveAsync().thenApply(this::decode);
  }

  /** The results for one subscriber; see {@link GridStream#publisher}. */
  public Flow.Publisher<R> publisher() {
    return new StreamPublisher<>(this::receiveAsync, this::close);
  }

  private Optional<R> decode(Optional<byte[]> item) {
    try {
      return item.map(received::decode);
    } catch (RuntimeException | Error e) { // whatever a codec throws
      stream.cancel();
      throw e;
    }
  }

  /** Completes on a loop when the stream ends. */
  public CompletableFuture<Void> done() {
    return stream.done();
  }

  /** Why it failed, if it did. */
  public Optional<SennitException> error() {
    return stream.error();
  }

  /** Ends it now and cancels the handler. */
  public void cancel() {
    stream.cancel();
  }

  /** Cancels it unless it has ended; idempotent. */
  @Override
  public void close() {
    stream.close();
  }
}
