package io.sennit.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The second witness: {@code grep -c -F} of this machine, where there is one. */
public final class Grep {
  private static final int BATCH = 500;
  private static final int BATCH_CHARS = 32 << 10; // of names: systems bound a command's length
  private static final long LIMIT_SECONDS = 20;

  private Grep() {}

  /** Lines that hold a term in some files; empty if there is no grep that answers. */
  public static OptionalLong lines(String term, List<String> files) {
    long sum = 0;
    for (int from = 0, to; from < files.size(); from = to) {
      to = batchEnd(files, from);
      var command = new ArrayList<String>(List.of("grep", "-a", "-h", "-c", "-F", "-f", "-", "--"));
      command.addAll(files.subList(from, to));
      try {
        sum += batch(term, command);
      } catch (IOException e) {
        return OptionalLong.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(sum);
  }

  private static int batchEnd(List<String> files, int from) {
    int to = from;
    int chars = 0;
    while (to < files.size() && to - from < BATCH && (to == from || chars < BATCH_CHARS)) {
      chars += files.get(to++).length();
    }
    return to;
  }

  private static long batch(String term, List<String> command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C");
    var grep = builder.start();
    var limit =
        CompletableFuture.runAsync(
            grep::destroyForcibly,
            CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS));
    try (var in = grep.inputReader(StandardCharsets.UTF_8)) {
      try (var patterns = grep.outputWriter(StandardCharsets.UTF_8)) {
        patterns.write(term + "\n"); // as an argument it would depend on the locale
      }
      long sum = in.lines().mapToLong(Long::parseLong).sum();
      if (grep.waitFor() > 1) {
        throw new IOException("grep failed, or took too long");
      }
      return sum;
    } finally {
      limit.cancel(false);
    }
  }
}
