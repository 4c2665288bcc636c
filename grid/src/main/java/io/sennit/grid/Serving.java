package io.sennit.grid;

import io.sennit.core.ErrorContext;

/**
 * Where handlers are served: a manager, or something that serves them on many, such as the host of
 * a shard. Its twin is {@link Requester}. Contracts with types use it: {@link SingleHandler#serve},
 * {@link StreamHandler#serve}. Any thread.
 *
 * <p>Each method throws {@link UnknownHandlerException} if the id is not from 1 to 254, and {@link
 * HandlerAlreadyExistsException} if the place is taken. A {@code name} is for logs, errors and
 * thread names; subroute parts are joined with slashes, none for the plain handler.
 */
public interface Serving {
  /** The handler id kept for the strands that ride on the grid. */
  int RESERVED_HANDLER = 255;

  /** The code of a single call on bytes. Seed: {@code SingleHandlerFn}. */
  @FunctionalInterface
  interface SingleCode {
    /** Answers; {@link Payload#ABSENT} for no payload at all. */
    byte[] handle(byte[] request, Caller caller) throws Exception;
  }

  /** The code of a stream of bytes. Seed: {@code StreamHandlerFn}. */
  @FunctionalInterface
  interface StreamCode {
    /** Serves the stream until it returns. */
    void handle(byte[] first, Input<byte[]> in, Output<byte[]> out, Caller caller) throws Exception;
  }

  /** The code of a stream of bytes that runs on the loop. */
  @FunctionalInterface
  interface InlineStreamCode {
    /** Begins to serve a stream; what it throws ends it with that error. */
    InlineStream<byte[]> begin(byte[] first, InlineOutput<byte[]> out, Caller caller)
        throws Exception;
  }

  /** Registers code for single calls, a virtual thread for each. */
  Registration registerSingle(int id, String name, SingleCode code, String... subroute);

  /** Registers code for single calls that runs on the loop and never blocks. */
  Registration registerSingleInline(int id, String name, SingleCode code, String... subroute);

  /** Registers code for streams, a virtual thread for each. */
  Registration registerStreaming(
      int id, String name, Capacities items, StreamCode code, String... subroute);

  /** Registers code for streams that runs on the loop and never blocks. */
  Registration registerStreamingInline(
      int id, String name, Capacities items, InlineStreamCode code, String... subroute);

  /** Registers code for single calls without a name. Seed: {@code RegisterSingleHandler}. */
  default Registration registerSingle(int id, SingleCode code, String... subroute) {
    return registerSingle(id, "call " + id, code, subroute);
  }

  /** The same for code that runs on the loop and never blocks. */
  default Registration registerSingleInline(int id, SingleCode code, String... subroute) {
    return registerSingleInline(id, "call " + id, code, subroute);
  }

  /**
   * Registers code for streams without a name. Seed: {@code RegisterStreamingHandler}.
   *
   * @param inCapacity items the caller may send ahead; 0 or less: it may send none
   * @param outCapacity items the handler may send ahead; below 1 means 1
   */
  default Registration registerStreaming(
      int id, int inCapacity, int outCapacity, StreamCode code, String... subroute) {
    var items = new Capacities(Math.max(0, inCapacity), Math.max(1, outCapacity));
    return registerStreaming(id, "stream " + id, items, code, subroute);
  }

  /**
   * The same for code that runs on the loop and never blocks; a {@link StreamHandler#serveInline
   * typed one} too.
   */
  default Registration registerStreamingInline(
      int id, int inCapacity, int outCapacity, InlineStreamCode code, String... subroute) {
    var items = new Capacities(Math.max(0, inCapacity), Math.max(1, outCapacity));
    return registerStreamingInline(id, "stream " + id, items, code, subroute);
  }

  /**
   * Checks an id that an application chose.
   *
   * @throws UnknownHandlerException unless it is from 1 to 254
   */
  static void checkId(int id) {
    if (id < 1 || id >= RESERVED_HANDLER) {
      throw new UnknownHandlerException(
          "unknown mux handler: "
              + id
              + (id == RESERVED_HANDLER ? " is reserved for Sennit's own strands" : ""),
          ErrorContext.advice("Choose an id from 1 to 254."));
    }
  }
}
