package io.sennit.grid.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects messages and hands them out as WebSocket messages: one alone as itself, several as one
 * merged message (grid.md §3.8). Every message handed out has {@link WebSocketFraming#HEADROOM}
 * bytes free in front of it, so that its frame header needs no buffer of its own. For one thread.
 */
public final class MessageBatch {
  /** A merged message is closed before it grows beyond this. */
  public static final int MERGE_BYTES = 32 * 1024 - 1024;

  /** Sub-messages of a merged message at most, towards an original peer of generation S24. */
  public static final int MERGE_S24 = 30;

  /** The same for N25. */
  public static final int MERGE_N25 = 50;

  // array header, mux, seq, deadline, handler, op, flags, payload: seq takes up to 5
  private static final int OUTER = 1 + 1 + 5 + 1 + 1 + 1 + 1 + 2;
  private static final int LEAD = WebSocketFraming.HEADROOM + OUTER;
  private static final int BUFFER = 32 * 1024; // the largest that Netty keeps for each thread
  private static final int BIN_HEADER_MAX = 5;
  private static final byte[] EMPTY = {};

  private final Consumer<ByteBuf> out;
  private final int maxCount;
  private @Nullable ByteBuf open;
  private byte[] array = EMPTY;
  private int base; // index of the open buffer's first byte in array
  private int at; // write index in array
  private int firstBody; // where the first message begins, behind its binary header
  private int count;

  /**
   * Empty.
   *
   * @param maxCount sub-messages of a merged message at most
   * @param out takes each finished message; given
   */
  public MessageBatch(int maxCount, Consumer<ByteBuf> out) {
    this.maxCount = maxCount;
    this.out = out;
  }

  /** Whether nothing waits to be finished. */
  public boolean isEmpty() {
    return open == null;
  }

  /** Adds a message; the flags decide on the trailers. */
  public void add(
      long mux,
      int seq,
      int deadlineMs,
      int handler,
      int op,
      int flags,
      byte[] payload,
      int payloadOffset,
      int payloadLength,
      @Nullable SubrouteId subroute) {
    int size = EnvelopeWriter.size(mux, seq, deadlineMs, handler, op, flags, payloadLength);
    if (open != null && (count >= maxCount || at - base - LEAD + size > MERGE_BYTES)) {
      finish();
    }
    if (open == null) {
      open(size);
    }
    int body = EnvelopeWriter.binHeader(array, at, size);
    if (count == 0) {
      firstBody = body;
    }
    at =
        EnvelopeWriter.write(
            array,
            body,
            mux,
            seq,
            deadlineMs,
            handler,
            op,
            flags,
            payload,
            payloadOffset,
            payloadLength,
            subroute);
    count++;
    if (at - base - LEAD >= MERGE_BYTES) {
      finish();
    }
  }

  /** Hands out what was added; harmless when there is nothing. */
  public void finish() {
    var buffer = open;
    if (buffer == null) {
      return;
    }
    open = null;
    int from = count == 1 ? firstBody : outer();
    buffer.setIndex(from - base, at - base);
    array = EMPTY;
    count = 0;
    out.accept(buffer);
  }

  /** Drops what was added. */
  public void release() {
    if (open != null) {
      open.release();
      open = null;
      array = EMPTY;
      count = 0;
    }
  }

  private void open(int size) {
    int capacity = Math.max(BUFFER, LEAD + BIN_HEADER_MAX + size);
    var buffer = PooledByteBufAllocator.DEFAULT.heapBuffer(capacity, capacity);
    open = buffer;
    array = buffer.array();
    base = buffer.arrayOffset();
    at = base + LEAD;
  }

  /** Writes the outer envelope right in front of the list: {0, count, 0, 0, MERGED, 0, empty}. */
  private int outer() {
    int size = OUTER - 5 + EnvelopeWriter.uintSize(count);
    int from = base + LEAD - size;
    int i = from;
    array[i++] = (byte) 0x97;
    array[i++] = 0;
    i = EnvelopeWriter.uint(array, i, count);
    array[i++] = 0;
    array[i++] = 0;
    array[i++] = (byte) Op.MERGED.code();
    array[i++] = 0;
    EnvelopeWriter.binHeader(array, i, 0);
    return from;
  }
}
