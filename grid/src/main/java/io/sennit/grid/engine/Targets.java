package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.grid.Caller;
import io.sennit.grid.HandlerAlreadyExistsException;
import io.sennit.grid.InlineOutput;
import io.sennit.grid.InlineStream;
import io.sennit.grid.wire.SubrouteId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of a manager. Registering is safe from any thread at any time: readers see a picture
 * that is replaced as a whole.
 */
public final class Targets {
  /** A handler of single calls: bytes in, bytes out. */
  @FunctionalInterface
  public interface SingleCode {
    /**
     * Answers; {@link io.sennit.grid.Payload#ABSENT} for nothing. What it throws is the answer's
     * error.
     */
    byte[] handle(byte[] request, Caller caller) throws Exception;
  }

  /** A handler of streams. */
  public sealed interface StreamServing permits StreamCode, InlineCode {}

  /** One with a thread for each stream. */
  @FunctionalInterface
  public non-sealed interface StreamCode extends StreamServing {
    /** Serves the stream until it returns. What it throws ends the stream with an error. */
    void handle(byte[] first, ServerMux stream) throws Exception;
  }

  /** One on the loop. */
  @FunctionalInterface
  public non-sealed interface InlineCode extends StreamServing {
    /** Begins to serve a stream. */
    InlineStream<byte[]> begin(byte[] first, InlineOutput<byte[]> out, Caller caller)
        throws Exception;
  }

  /** A registered handler. */
  public sealed interface Target {
    /** For logs, errors and thread names. */
    String name();

    /** The subroute it is registered on. */
    Optional<String> subroute();
  }

  /**
   * For single calls.
   *
   * @param inline whether it runs on the loop
   */
  public record Single(String name, Optional<String> subroute, SingleCode code, boolean inline)
      implements Target {}

  /**
   * For streams.
   *
   * @param inCapacity items the caller may send ahead, 0: it may send none
   * @param outCapacity items the handler may send ahead, at least 1
   */
  public record Streaming(
      String name, Optional<String> subroute, StreamServing code, int inCapacity, int outCapacity)
      implements Target {}

  private record Picture(
      @Nullable Single[] singles,
      @Nullable Streaming[] streams,
      Map<SubrouteId, Single> routedSingles,
      Map<SubrouteId, Streaming> routedStreams) {

    Picture copy() {
      return new Picture(
          singles.clone(),
          streams.clone(),
          new LinkedHashMap<>(routedSingles),
          new LinkedHashMap<>(routedStreams));
    }
  }

  private final AtomicReference<Picture> picture =
      new AtomicReference<>(
          new Picture(
              new @Nullable Single[256],
              new @Nullable Streaming[256],
              new LinkedHashMap<>(),
              new LinkedHashMap<>()));

  /** None yet. */
  public Targets() {}

  private Picture now() {
    return Objects.requireNonNull(picture.get());
  }

  /** The handler of a single call, if there is one. */
  @Nullable Single single(int handler, @Nullable SubrouteId subroute) {
    var p = now();
    return subroute == null ? p.singles[handler] : p.routedSingles.get(subroute);
  }

  /** The handler of a stream, if there is one. */
  public @Nullable Streaming streaming(int handler, @Nullable SubrouteId subroute) {
    var p = now();
    return subroute == null ? p.streams[handler] : p.routedStreams.get(subroute);
  }

  /**
   * Registers a handler.
   *
   * @param handler 1 to 255
   * @throws HandlerAlreadyExistsException if its place is taken: a plain handler by one of either
   *     kind, a subrouted one by one of its own kind on the same subroute
   */
  public void register(int handler, Target target) {
    var route = target.subroute();
    route.ifPresent(SubrouteId::check);
    Picture before;
    Picture after;
    do {
      before = now();
      after = before.copy();
      boolean taken;
      if (route.isEmpty()) {
        taken = after.singles[handler] != null || after.streams[handler] != null;
        switch (target) {
          case Single s -> after.singles[handler] = s;
          case Streaming s -> after.streams[handler] = s;
        }
      } else {
        var key = SubrouteId.of(handler, route.get());
        taken =
            switch (target) {
              case Single s -> after.routedSingles.put(key, s) != null;
              case Streaming s -> after.routedStreams.put(key, s) != null;
            };
      }
      if (taken) {
        throw new HandlerAlreadyExistsException(
            "mux handler already exists: "
                + handler
                + route.map(r -> " on subroute " + r).orElse(""),
            ErrorContext.advice("Choose another id, or register on a subroute."));
      }
    } while (!picture.compareAndSet(before, after));
  }

  /** Forgets a handler; calls running in it go on. */
  public void unregister(int handler, Target target) {
    Picture before;
    Picture after;
    do {
      before = now();
      after = before.copy();
      var route = target.subroute();
      if (route.isPresent()) {
        var key = SubrouteId.of(handler, route.get());
        after.routedSingles.remove(key, target);
        after.routedStreams.remove(key, target);
      } else if (after.singles[handler] == target) {
        after.singles[handler] = null;
      } else if (after.streams[handler] == target) {
        after.streams[handler] = null;
      }
    } while (!picture.compareAndSet(before, after));
  }
}
