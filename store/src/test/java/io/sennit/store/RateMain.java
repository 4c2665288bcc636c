package io.sennit.store;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Measures commits a second, outside the tests: {@code RateMain FOLDER}. Each commit appends a
 * record of 200 bytes; so many are on their way at any time; one warm-up round, then one of 3 s.
 */
final class RateMain {
  private final TestLoop loop;
  private final Store store;
  private final Durability level;
  private final long endNanos;
  private final CountDownLatch ended;
  private long next;
  private long acknowledged;

  private RateMain(
      TestLoop loop, Store store, Durability level, long next, int seconds, int depth) {
    this.loop = loop;
    this.store = store;
    this.level = level;
    this.next = next;
    this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    this.ended = new CountDownLatch(depth);
  }

  public static void main(String[] args) throws Exception {
    for (var level : Durability.values()) {
      for (int depth : new int[] {1, 16, 256, 4096}) {
        var loop = new TestLoop();
        var opened = new java.util.concurrent.CompletableFuture<Store>();
        new SqliteStores()
            .open(
                loop,
                Path.of(args[0]),
                "rate-" + level + depth,
                Done.of(opened::complete, opened::completeExceptionally));
        var store = opened.get();
        long warm = round(loop, store, level, 0, 1, depth);
        long count = round(loop, store, level, warm, 3, depth) - warm;
        System.out.printf("%-6s %5d in flight %9d commits/s%n", level, depth, count / 3);
        store.close();
        loop.close();
      }
    }
  }

  private static long round(
      TestLoop loop, Store store, Durability level, long from, int seconds, int depth)
      throws InterruptedException {
    var rate = new RateMain(loop, store, level, from, seconds, depth);
    loop.execute(
        () -> {
          for (int i = 0; i < depth; i++) {
            rate.one();
          }
        });
    rate.ended.await();
    return from + rate.acknowledged;
  }

  private void one() {
    store.commit(
        store.batch().append("log", next++, new byte[200]),
        level,
        Done.of(
            ok -> {
              acknowledged++;
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
