package io.sennit.core.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Frames that wait to be sent, in their order. Used by one loop. */
public final class FrameQueue {
  /**
   * A small frame costs far more memory than its bytes, so those a peer asks for share a buffer.
   */
  private static final int SHARED = 4 << 10;

  private final ArrayDeque<ByteBuf> frames = new ArrayDeque<>();
  private @Nullable ByteBuf shared;
  private long bytes;

  /** Bytes that wait. */
  public long bytes() {
    return bytes;
  }

  /** Takes a frame. */
  public void add(ByteBuf frame) {
    int n = frame.readableBytes();
    if (n == 0) {
      frame.release();
      return;
    }
    frames.add(frame);
    bytes += n;
  }

  /** Takes a frame that is copied behind other small ones where that saves a buffer. */
  public void addSmall(ByteBuf frame) {
    int n = frame.readableBytes();
    var last = frames.peekLast();
    if (last == null || n == 0 || n > SHARED / 2) {
      add(frame);
      return;
    }
    if (last != shared || last.writableBytes() < n) {
      last = Unpooled.buffer(SHARED, SHARED);
      shared = last;
      frames.add(last);
    }
    last.writeBytes(frame);
    frame.release();
    bytes += n;
  }

  /**
   * Copies the first bytes and leaves them here; {@link #drop} takes them out.
   *
   * @param room filled from its position, up to its limit or all there is
   * @return bytes copied
   */
  public int copyTo(ByteBuffer room) {
    int before = room.position();
    if (frames.size() == 1) {
      copy(frames.getFirst(), room);
    } else if (!frames.isEmpty()) {
      for (Iterator<ByteBuf> all = frames.iterator(); all.hasNext() && room.hasRemaining(); ) {
        copy(all.next(), room);
      }
    }
    return room.position() - before;
  }

  private static void copy(ByteBuf frame, ByteBuffer room) {
    int n = Math.min(room.remaining(), frame.readableBytes());
    if (frame.hasArray()) {
      room.put(frame.array(), frame.arrayOffset() + frame.readerIndex(), n);
    } else {
      room.put(frame.nioBuffer(frame.readerIndex(), n));
    }
  }

  /** Takes the first bytes out. */
  public void drop(int count) {
    bytes -= count;
    for (int left = count; left > 0; ) {
      var frame = frames.getFirst();
      int n = Math.min(left, frame.readableBytes());
      frame.skipBytes(n);
      left -= n;
      if (!frame.isReadable()) {
        frames.removeFirst().release();
      }
    }
  }

  /** Copies what lies outside the heap into it. */
  public void moveToHeap() {
    for (int i = frames.size(); i > 0; i--) {
      var frame = frames.removeFirst();
      if (!frame.hasArray()) {
        var copy = Unpooled.buffer(frame.readableBytes()).writeBytes(frame);
        frame.release();
        frame = copy;
      }
      frames.addLast(frame);
    }
  }

  /** Forgets everything. */
  public void clear() {
    bytes = 0;
    for (var frame = frames.poll(); frame != null; frame = frames.poll()) {
      frame.release();
    }
  }
}
