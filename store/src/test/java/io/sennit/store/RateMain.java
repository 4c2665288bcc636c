package io.sennit.store;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures commits and reads a second and the processor time of each, outside the tests: {@code
 * RateMain FOLDER [reads]}. Each commit appends a record of 200 bytes, each read takes one record;
 * so many are on their way at any time; one warm-up round, then one of 3 s.
 */
final class RateMain {
  private static final int RECORDS = 10_000;

  private final Store store;
  private final CountDownLatch ended;
  private final Work work;
  private final long endNanos;
  private long answered;
  private long next;

  /** Asks for the n-th piece of work. */
  private interface Work {
    void ask(Store store, long n, Done<Object> done);
  }

  private RateMain(Store store, Work work, long from, int seconds, int depth) {
    this.store = store;
    this.work = work;
    this.answered = from;
    this.next = from;
    this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    this.ended = new CountDownLatch(depth);
  }

  public static void main(String[] args) throws Exception {
    boolean onlyReads = args.length > 1 && args[1].equals("reads");
    for (var level : onlyReads ? new Durability[0] : Durability.values()) {
      for (int depth : new int[] {1, 16, 256, 4096}) {
        measure(args[0], level + "", depth, 0, (store, n, done) -> append(store, n, level, done));
      }
    }
    for (int depth : new int[] {1, 16, 256}) {
      measure(args[0], "read", depth, RECORDS, RateMain::read);
    }
  }

  private static void append(Store store, long n, Durability level, Done<Object> done) {
    var batch = store.batch().append("log", n, new byte[200]);
    store.commit(batch, level, Done.of(done::ok, done::failed));
  }

  private static void read(Store store, long n, Done<Object> done) {
    store.readLog("log", n * 7919 % RECORDS, 1, Done.of(done::ok, done::failed));
  }

  private static void measure(String folder, String name, int depth, int filled, Work work)
      throws Exception {
    var loop = new TestLoop();
    var opened = new CompletableFuture<Store>();
    new SqliteStores()
        .open(
            loop,
            Path.of(folder),
            "rate-" + name + depth,
            Done.of(opened::complete, opened::completeExceptionally));
    var store = opened.get();
    var fill = new CountDownLatch(filled);
    loop.execute(
        () -> {
          for (int i = 0; i < filled; i++) {
            append(
                store,
                i,
                Durability.OS,
                Done.of(
                    ok -> fill.countDown(),
                    why -> {
                      throw why;
                    }));
          }
        });
    fill.await();
    long warm = round(loop, store, work, 0, 1, depth);
    long cpu = cpuNanos();
    long count = round(loop, store, work, warm, 3, depth) - warm;
    System.out.printf(
        "%-6s %5d in flight %9d/s %7.1f us of processor each%n",
        name, depth, count / 3, (cpuNanos() - cpu) / 1e3 / count);
    store.close();
    loop.close();
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static long round(
      TestLoop loop, Store store, Work work, long from, int seconds, int depth)
      throws InterruptedException {
    var rate = new RateMain(store, work, from, seconds, depth);
    loop.execute(
        () -> {
          for (int i = 0; i < depth; i++) {
            rate.one();
          }
        });
    rate.ended.await();
    return rate.answered;
  }

  private void one() {
    work.ask(
        store,
        next++,
        Done.of(
            ok -> {
              answered++;
              if (System.nanoTime() < endNanos) {
                one();
              } else {
                ended.countDown();
              }
            },
            why -> {
              throw why;
            }));
  }
}
