package io.sennit.sim.proxy;

import io.sennit.sim.Injected.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * One direction of one connection: a thread reads chunks and notes when they are due, a thread
 * writes them then. Between them lie at most 32 chunks of 8 KiB; when they are full the reader
 * waits, and with it the sender.
 */
final class Pump {
  private static final int CHUNK = 8 << 10;
  private static final int CHUNKS = 32;

  private record Chunk(byte[] bytes, long dueNanos) {}

  private static final Chunk END = new Chunk(new byte[0], 0);

  private final Socket from;
  private final Socket to;
  private final Direction direction;
  private final Standing standing;
  private final Runnable reset;
  private final Runnable ended;
  private final BlockingQueue<Chunk> between = new ArrayBlockingQueue<>(CHUNKS);
  private long forwarded;
  private long freeNanos = System.nanoTime(); // when the rate allows the next byte

  Pump(
      Socket from,
      Socket to,
      Direction direction,
      Standing standing,
      Runnable reset,
      Runnable ended) {
    this.from = from;
    this.to = to;
    this.direction = direction;
    this.standing = standing;
    this.reset = reset;
    this.ended = ended;
  }

  /** Reads until the end; a reset is passed on as one. */
  void read() {
    try {
      var in = from.getInputStream();
      var buffer = new byte[CHUNK];
      long due = System.nanoTime();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        due = Math.max(due, System.nanoTime() + standing.latencyNanos(direction));
        between.put(new Chunk(Arrays.copyOf(buffer, n), due));
      }
      between.put(END);
    } catch (IOException e) {
      reset.run(); // the other side shall see what this side saw
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the proxy closes; it closes the sockets too
    }
  }

  /** Writes until the end, then ends the direction. */
  void write() {
    try {
      var out = to.getOutputStream();
      for (var chunk = between.take(); chunk != END; chunk = between.take()) {
        standing.awaitTime(chunk.dueNanos);
        standing.corrupt(direction, chunk.bytes, chunk.bytes.length);
        if (!forward(out, chunk.bytes)) {
          return;
        }
      }
      standing.awaitNoHole(direction);
      if (!to.isOutputShutdown()) {
        to.shutdownOutput();
      }
      ended.run();
    } catch (IOException e) {
      reset.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean forward(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
    int at = 0;
    while (at < bytes.length) {
      standing.awaitNoHole(direction);
      int length = bytes.length - at;
      var slicing = standing.now(direction, Disturbance.Slice.class);
      if (slicing != null && slicing.bytes() < length) {
        length = slicing.bytes();
        standing.count(Kind.SLICE);
      }
      length = paced(length);
      var cut = standing.now(direction, Disturbance.CutAfter.class);
      if (cut != null && forwarded + length >= cut.bytes()) {
        int part = (int) Math.max(0, cut.bytes() - forwarded);
        out.write(bytes, at, part);
        standing.count(Kind.CUT);
        if (part > 0 && part < length) {
          standing.count(Kind.CUT_INSIDE);
        }
        reset.run();
        return false;
      }
      out.write(bytes, at, length);
      forwarded += length;
      at += length;
    }
    return true;
  }

  /** Waits for its share of the rate; at most 20 ms worth of it at a time. */
  private int paced(int length) throws InterruptedException {
    var rate = standing.now(direction, Disturbance.Rate.class);
    if (rate == null) {
      return length;
    }
    int now = Math.clamp(rate.bytesPerSecond() / 50, 1, length);
    if (freeNanos - System.nanoTime() > 0) {
      standing.count(Kind.RATE);
      standing.awaitTime(freeNanos);
    }
    freeNanos =
        Math.max(freeNanos, System.nanoTime() - 20_000_000L)
            + (long) (now * 1e9 / rate.bytesPerSecond());
    return now;
  }
}
