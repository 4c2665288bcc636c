package io.sennit.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Writes to a folder all the time: a log that grows, a large one, files that come and go. */
final class RestlessFiles implements AutoCloseable {
  private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path dir;
  private final AtomicLong rounds = new AtomicLong();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile boolean over;

  RestlessFiles(Path dir) throws IOException {
    this.dir = dir;
    Files.writeString(dir.resolve("large.log"), "common large\n".repeat((33 << 20) / 13 + 1));
    round(0);
    Thread.ofPlatform().daemon().name("restless-files").start(this::run);
  }

  private void run() {
    try {
      while (!over) {
        round(rounds.incrementAndGet());
        LockSupport.parkNanos(EVERY_NS);
      }
      done.complete(null);
    } catch (IOException e) {
      done.completeExceptionally(e);
    }
  }

  private void round(long number) throws IOException {
    append("growing.log", "common " + number + "\n");
    Files.writeString(dir.resolve("rewritten"), "common\n".repeat((int) (number % 7) + 1), UTF_8);
    Files.writeString(dir.resolve("comes-" + number % 10), "common\n", UTF_8);
    Files.deleteIfExists(dir.resolve("comes-" + (number + 5) % 10));
    if (number % 50 == 49) {
      append("large.log", "common\n");
      append("text" + number / 50 % 5, "common\n");
    }
  }

  private void append(String name, String text) throws IOException {
    Files.writeString(
        dir.resolve(name), text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** How often it has written. */
  long rounds() {
    return rounds.get();
  }

  @Override
  public void close() {
    over = true;
    try {
      done.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new UncheckedIOException(new IOException("the writer of files failed", e));
    }
  }
}
