package io.sennit.grid;

import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The contract of a stream, shared by both sides as a constant: a first value, then items both
 * ways. Seed: {@code StreamTypeHandler}.
 *
 * @param <A> the first value
 * @param <I> what the caller sends
 * @param <O> what the handler sends
 */
public final class StreamHandler<A, I, O> {
  /** The code behind the contract. */
  @FunctionalInterface
  public interface Code<A, I, O> {
    /**
     * Serves the stream until it returns, on a virtual thread. It is interrupted when the caller
     * gives up. What it throws ends the stream with an error.
     */
    void handle(A first, Input<I> in, Output<O> out, Caller caller) throws Exception;
  }

  /** The same for code on the loop. */
  @FunctionalInterface
  public interface InlineCode<A, I, O> {
    /** Begins to serve a stream; what it throws ends it with that error. */
    InlineStream<I> begin(A first, InlineOutput<O> out, Caller caller) throws Exception;
  }

  private final String name;
  private final int id;
  private final Codec<A> first;
  private final Codec<I> input;
  private final Codec<O> output;
  private final int inCapacity;
  private final int outCapacity;

  private StreamHandler(
      String name,
      int id,
      Codec<A> first,
      Codec<I> input,
      Codec<O> output,
      int inCapacity,
      int outCapacity) {
    this.name = name;
    this.id = id;
    this.first = first;
    this.input = input;
    this.output = output;
    this.inCapacity = inCapacity;
    this.outCapacity = outCapacity;
  }

  /**
   * A contract with both directions and capacities of 1.
   *
   * @param name for logs, errors and thread names
   * @param id 1 to 254
   */
  public static <A, I, O> StreamHandler<A, I, O> of(
      String name, int id, Codec<A> first, Codec<I> input, Codec<O> output) {
    Serving.checkId(id);
    return new StreamHandler<>(name, id, first, input, output, 1, 1);
  }

  /** The same for a handler that takes no items. Seed: {@code RegisterNoInput}. */
  public StreamHandler<A, I, O> withoutInput() {
    return new StreamHandler<>(name, id, first, input, output, 0, outCapacity);
  }

  /**
   * How many items the caller may send ahead to an original peer; between Sennit peers bytes are
   * counted instead. Seed: {@code WithInCapacity}.
   */
  public StreamHandler<A, I, O> withInCapacity(int items) {
    return new StreamHandler<>(
        name, id, first, input, output, capacity("inCapacity", items), outCapacity);
  }

  /** How many items the handler may send ahead. Seed: {@code WithOutCapacity}. */
  public StreamHandler<A, I, O> withOutCapacity(int items) {
    return new StreamHandler<>(
        name, id, first, input, output, inCapacity, capacity("outCapacity", items));
  }

  private static int capacity(String key, int items) {
    if (items < 1 || items > 1 << 20) {
      throw new ConfigException(key, String.valueOf(items), "a number from 1 to 1048576");
    }
    return items;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its id. */
  public int id() {
    return id;
  }

  /** Serves it, a virtual thread per stream. Seed: {@code Register}. */
  public Registration serve(Serving place, Code<A, I, O> code, String... subroute) {
    return place.registerStreaming(
        id,
        name,
        capacities(),
        (bytes, in, out, caller) ->
            code.handle(first.decode(bytes), typed(in, input), typed(out, output), caller),
        subroute);
  }

  /** Serves it on the loop; the code never blocks. */
  public Registration serveInline(Serving place, InlineCode<A, I, O> code, String... subroute) {
    return place.registerStreamingInline(
        id,
        name,
        capacities(),
        (bytes, out, caller) ->
            typed(code.begin(first.decode(bytes), typed(out, output), caller), input),
        subroute);
  }

  /** Opens a stream whose code runs on the loop; see {@link Requester#openInline}. */
  public CompletableFuture<Void> openInline(
      Requester peer, A value, Within within, Function<InlineOutput<I>, InlineStream<O>> code) {
    Function<InlineOutput<byte[]>, InlineStream<byte[]>> raw =
        out -> typed(code.apply(typed(out, input)), output);
    return peer.openInline(id, first.encode(value), capacities(), within, raw);
  }

  private Capacities capacities() {
    return new Capacities(inCapacity, outCapacity);
  }

  /** Opens a stream, with the deadline of the handler in hand or none. Seed: {@code Call}. */
  public TypedStream<I, O> open(Requester peer, A value) {
    return open(peer, value, null);
  }

  /** Opens a stream that ends after so long. */
  public TypedStream<I, O> open(Requester peer, A value, @Nullable Within within) {
    var stream = peer.open(id, first.encode(value), capacities(), Optional.ofNullable(within));
    return new TypedStream<>(stream, input, output);
  }

  static <T> Input<T> typed(Input<byte[]> in, Codec<T> codec) {
    return new Input<>() {
      @Override
      public Optional<T> receive() {
        return in.receive().map(codec::decode);
      }
    };
  }

  static <T> Output<T> typed(Output<byte[]> out, Codec<T> codec) {
    return new Output<>() {
      @Override
      public void send(T item) {
        out.send(codec.encode(item));
      }

      @Override
      public boolean trySend(T item) {
        return out.trySend(codec.encode(item));
      }
    };
  }

  private static <T> InlineStream<byte[]> typed(InlineStream<T> code, Codec<T> codec) {
    return new InlineStream<>() {
      @Override
      public void item(byte[] item) {
        code.item(codec.decode(item));
      }

      @Override
      public void writable() {
        code.writable();
      }

      @Override
      public void ended() {
        code.ended();
      }

      @Override
      public void failed(SennitException why) {
        code.failed(why);
      }
    };
  }

  private static <T> InlineOutput<T> typed(InlineOutput<byte[]> out, Codec<T> codec) {
    return new InlineOutput<>() {
      @Override
      public void execute(Runnable task) {
        out.execute(task);
      }

      @Override
      public boolean trySend(T item) {
        return out.trySend(codec.encode(item));
      }

      @Override
      public void end() {
        out.end();
      }

      @Override
      public void cancel() {
        out.cancel();
      }
    };
  }

  @Override
  public String toString() {
    return name + "/" + id;
  }
}
