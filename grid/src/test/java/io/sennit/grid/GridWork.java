package io.sennit.grid;

import static io.sennit.core.Within.within;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Runner;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one node does in a storm, simulated or real: serves handlers of every kind, and calls and
 * streams to its peers at random. All of it is told to a {@link Ledger}.
 */
final class GridWork {
  static final int ECHO = 1;
  static final int INLINE = 2;
  static final int SLOW = 3;
  static final int FAILS = 4;
  static final int DOWN = 5;
  static final int UP = 6;
  static final int BOTH = 7;
  static final int WAITS = 11;

  /** Where the same handlers are served once more. */
  private static final String ROUTE = "storm";

  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** How much further on the same streams are served by code on the loop. */
  static final int ON_LOOP = 3;

  /** An id and a size. */
  static final int HEAD = 16;

  /** How time passes here. */
  interface Sleeper {
    /** Goes on after so long. */
    void sleep(Duration time) throws InterruptedException;
  }

  private final Ledger judge;
  private final Sleeper sleeper;
  private final LongSupplier ids;
  private final InlineWork inline;
  private Runner clock =
      new Runner() {
        @Override
        public Future<?> start(String name, Runnable userCode) {
          throw new IllegalStateException("nothing is served yet");
        }
      };
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong streams = new AtomicLong();

  /**
   * Work.
   *
   * @param ids of calls and streams, never the same twice
   */
  GridWork(Ledger ledger, Sleeper sleeper, LongSupplier ids) {
    this.judge = ledger;
    this.inline = new InlineWork(ledger);
    this.sleeper = sleeper;
    this.ids = ids;
  }

  long calls() {
    return calls.get();
  }

  long streams() {
    return streams.get();
  }

  // --- the handlers

  /** Registers the handlers. */
  void serve(Manager m) {
    clock = m.engine().runner();
    serve(m, new String[0]);
    serve(m, ROUTE);
    inline.serve(m, ON_LOOP);
  }

  private void serve(Manager m, String... route) {
    m.registerSingle(ECHO, (request, caller) -> handled(request), route);
    m.registerSingleInline(INLINE, (request, caller) -> handled(request), route);
    m.registerSingle(WAITS, (request, caller) -> waits(request), route);
    m.registerSingle(
        SLOW,
        (request, caller) -> {
          var answer = handled(request);
          sleeper.sleep(Duration.ofMillis(5 + request.length % 100));
          return answer;
        },
        route);
    m.registerSingle(
        FAILS,
        (request, caller) -> {
          handled(request);
          throw RemoteErrors.of("e".repeat(request.length));
        },
        route);
    m.registerStreaming(DOWN, 0, 3, (first, in, out, caller) -> sendAll(first, out), route);
    m.registerStreaming(
        UP,
        3,
        3,
        (first, in, out, caller) -> {
          long id = ByteBuffer.wrap(first).getLong();
          int next = 0;
          for (var item : in) {
            judge.received(id, true, next++, item);
          }
          judge.cleanEnd(id, true, next);
          out.send(item(id, next, HEAD));
        },
        route);
    m.registerStreaming(
        BOTH,
        2,
        2,
        (first, in, out, caller) -> {
          long id = ByteBuffer.wrap(first).getLong();
          int next = 0;
          for (var item : in) {
            judge.received(id, true, next, item);
            judge.sent(id, false, next);
            out.send(item);
            next++;
          }
          judge.cleanEnd(id, true, next);
          judge.ended(id, false, next);
        },
        route);
  }

  /** Waits until it is interrupted, which its caller's deadline must do. */
  private byte[] waits(byte[] request) throws InterruptedException {
    long from = clock.nanoTime();
    handled(request);
    try {
      sleeper.sleep(LONGEST);
      return request;
    } finally {
      long limit = ByteBuffer.wrap(request).getInt(9);
      overran(ByteBuffer.wrap(request).getLong(), from, limit);
    }
  }

  private void overran(long id, long from, long limitMs) {
    judge.overran(id, Math.max(0, (clock.nanoTime() - from) / 1_000_000 - limitMs));
  }

  private byte[] handled(byte[] request) {
    judge.ran(ByteBuffer.wrap(request).getLong());
    var answer = request.clone();
    answer[8] ^= 1;
    return answer;
  }

  private void sendAll(byte[] first, Output<byte[]> out) {
    long id = ByteBuffer.wrap(first).getLong();
    int count = first[8];
    for (int i = 0; i < count; i++) {
      judge.sent(id, false, i);
      out.send(item(id, i, size(id, i)));
    }
    judge.ended(id, false, count);
  }

  static byte[] item(long id, int index, int size) {
    return ByteBuffer.allocate(Math.max(12, size)).putLong(id).putInt(index).array();
  }

  static int size(long id, int index) {
    int draw = (int) ((id * 31 + index) * 2_654_435_761L >>> 8 & 0xff);
    return draw < 20 ? 40_000 + 200 * draw : 12 + draw * 4;
  }

  // --- the callers

  /** One call or stream, whatever comes of it but a failure. */
  void turn(Connection peer, SplittableRandom random) {
    Requester to = random.nextInt(4) == 0 ? peer.subroute(ROUTE) : peer;
    if (random.nextInt(3) > 0) {
      call(to, random);
    } else {
      stream(to, random);
    }
  }

  /** One small call that ought to pass; true if it did. */
  boolean passes(Connection to) {
    long id = ids.getAsLong();
    var request = ByteBuffer.allocate(HEAD).putLong(id).array();
    judge.began(id);
    try {
      judge.ok(id, right(request, to.call(ECHO, request, within(Duration.ofSeconds(10)))));
      return true;
    } catch (SennitException e) {
      judge.failed(id, e.outcome());
      return false;
    }
  }

  /** One short stream that ought to come to its clean end; true if it did. */
  boolean flows(Connection to) {
    long id = ids.getAsLong();
    var first = ByteBuffer.allocate(HEAD).putLong(id).put((byte) 3).array();
    judge.opened(id);
    try (var stream = to.open(DOWN, first, within(Duration.ofSeconds(10)))) {
      int got = 0;
      for (var item : stream) {
        judge.received(id, false, got++, item);
      }
      judge.cleanEnd(id, false, got);
      return true;
    } catch (SennitException e) {
      return false;
    }
  }

  private void pause(int millis) {
    try {
      sleeper.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] request(SplittableRandom random) {
    int size =
        switch (random.nextInt(10)) {
          case 0 -> 30_000 + random.nextInt(10_000);
          case 1 -> 100_000 + random.nextInt(300_000);
          default -> HEAD + random.nextInt(400);
        };
    return ByteBuffer.allocate(size).putLong(ids.getAsLong()).array();
  }

  private void call(Requester to, SplittableRandom random) {
    calls.incrementAndGet();
    var request = request(random);
    long id = ByteBuffer.wrap(request).getLong();
    boolean soon = random.nextInt(3) == 0;
    int ms = soon ? 1 + random.nextInt(60) : 10_000;
    int handler = soon && random.nextInt(4) == 0 ? WAITS : 1 + random.nextInt(4);
    ByteBuffer.wrap(request).putInt(9, ms);
    var limit = within(Duration.ofMillis(ms));
    long from = clock.nanoTime();
    judge.began(id);
    if (random.nextInt(3) == 0) {
      to.call(
          handler,
          request,
          limit,
          new Reply() {
            @Override
            public void ok(byte[] answer) {
              overran(id, from, ms);
              judge.ok(id, right(request, answer));
            }

            @Override
            public void failed(SennitException why) {
              overran(id, from, ms);
              judge.failed(id, why.outcome());
            }
          });
      return;
    }
    if (random.nextInt(5) == 0) {
      var future = to.callAsync(handler, request, limit);
      future.whenComplete(
          (answer, why) -> {
            overran(id, from, ms);
            if (why == null) {
              judge.ok(id, right(request, answer));
            } else {
              judge.failed(id, why instanceof SennitException e ? e.outcome() : Outcome.UNKNOWN);
            }
          });
      pause(random.nextInt(5));
      future.cancel(true);
      return;
    }
    byte[] answer;
    try {
      answer = to.call(handler, request, limit);
    } catch (SennitException e) {
      overran(id, from, ms);
      long took = (clock.nanoTime() - from) / 1_000_000;
      if (e instanceof DeadlineExceededException && took < ms) {
        judge.breach(id, "a deadline of " + ms + " ms before its time, after " + took);
      }
      judge.failed(id, e.outcome());
      throw e;
    }
    overran(id, from, ms);
    judge.ok(id, right(request, answer));
  }

  private static boolean right(byte[] request, byte[] answer) {
    var expected = request.clone();
    expected[8] ^= 1;
    return java.util.Arrays.equals(expected, answer);
  }

  /** Tells on a peer that sent more than it was let. */
  private void look(long id, @Nullable Throwable why) {
    var text = why instanceof SennitException e ? e.what() : "";
    if (text.contains("more than its credit") || text.contains("handler blocked")) {
      judge.breach(id, text);
    }
  }

  /** Sends an item, as one who waits or as one who does not. */
  private static void send(GridStream stream, byte[] item, boolean waits) {
    if (waits) {
      stream.send(item);
    } else {
      stream.sendAsync(item);
    }
  }

  /** Takes the next item, as one who waits or as one who does not. */
  private Optional<byte[]> receive(GridStream stream, boolean waits) {
    if (waits) {
      return stream.receive();
    }
    var next = stream.receiveAsync();
    while (!next.isDone()) {
      pause(1);
    }
    try {
      return next.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof SennitException why ? why : e;
    }
  }

  private void stream(Requester to, SplittableRandom random) {
    streams.incrementAndGet();
    long id = ids.getAsLong();
    int count = random.nextInt(30);
    var first = ByteBuffer.allocate(HEAD).putLong(id).put((byte) count).array();
    int kind = DOWN + random.nextInt(3);
    int giveUpAt = random.nextInt(4) == 0 ? random.nextInt(count + 1) : Integer.MAX_VALUE;
    int handler = to instanceof Connection && random.nextBoolean() ? kind + ON_LOOP : kind;
    judge.opened(id);
    if (random.nextInt(3) == 0) {
      var limit = Duration.ofMillis(random.nextInt(5) == 0 ? 1 + random.nextInt(300) : 30_000);
      var end =
          to.openInline(
              handler, first, within(limit), out -> inline.caller(out, kind, id, count, giveUpAt));
      while (!end.isDone()) {
        pause(1);
      }
      look(id, end.isCompletedExceptionally() ? end.exceptionNow() : null);
      return;
    }
    try (var stream =
        random.nextInt(5) == 0
            ? to.open(handler, first, within(Duration.ofMillis(1 + random.nextInt(300))))
            : to.open(handler, first)) {
      int got = 0;
      if (kind == DOWN) {
        for (var item : stream) {
          judge.received(id, false, got++, item);
          if (got == giveUpAt) {
            return;
          }
        }
        judge.cleanEnd(id, false, got);
        return;
      }
      for (int i = 0; i < count; i++) {
        judge.sent(id, true, i);
        send(stream, item(id, i, size(id, i)), random.nextInt(3) > 0);
        if (kind == BOTH) {
          var item = receive(stream, random.nextInt(3) > 0);
          if (item.isPresent()) {
            judge.received(id, false, got++, item.get());
          }
        }
        if (i == giveUpAt) {
          return;
        }
      }
      judge.ended(id, true, count);
      stream.endInput();
      if (kind == UP) {
        var last = stream.receive();
        judge.confirmed(id, last.map(b -> ByteBuffer.wrap(b).getInt(8)).orElse(-1), count);
        return;
      }
      for (var item : stream) {
        judge.received(id, false, got++, item);
      }
      judge.cleanEnd(id, false, got);
    } catch (SennitException e) {
      look(id, e);
      throw e;
    }
  }
}
