package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.grid.Contracts.BytesAsk;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.grid.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** A big answer and small calls on one connection: does the big one hold the small ones up? */
final class SidePart {
  private static final Within LIMIT = Within.within(Duration.ofSeconds(30));
  private static final int BIG = 16 << 20;
  private static final int BIG_ONES = 3;
  private static final int ALONE = 100;

  private SidePart() {}

  static void run(Base base) throws IOException {
    var expected = base.expected();
    var term = expected.rare();
    int worker = expected.richest(term);
    var connection = base.cluster().connection(worker);
    var right = expected.of(worker, term);
    var should = "";

    var alone = new Histogram(3);
    var beside = new Histogram(3);
    var tally = new long[2];
    for (int i = 0; i < ALONE; i++) {
      small(connection, term, right.lines(), alone, tally);
    }
    int same = 0;
    for (int i = 0, left = 2 * BIG_ONES; i < BIG_ONES && left > 0; i++, left--) {
      var files = first(expected.steady(expected.files(worker)), BIG);
      should = digestOfFiles(files, BIG);
      var big = Contracts.BYTES.callAsync(connection, new BytesAsk(files, BIG), LIMIT);
      while (!big.isDone()) {
        small(connection, term, right.lines(), beside, tally);
      }
      if (!files.isEmpty() && isAnswer(big) && digest(big.join()).equals(should)) {
        same++;
      } else if (expected.steady(files).size() < files.size()) {
        i--; // what was asked for changed meanwhile: once more, without it
      }
    }
    base.checks()
        .add(
            "big answers beside small",
            same == BIG_ONES,
            "%d answers of %d MiB, SHA-256 %s…"
                .formatted(BIG_ONES, BIG >> 20, should.substring(0, Math.min(8, should.length()))),
            "the front reads the same files itself",
            same + " the same");
    long asked = alone.getTotalCount() + beside.getTotalCount() + tally[1];
    base.checks()
        .add(
            "small calls beside big",
            beside.getTotalCount() > 0 && tally[0] == asked,
            "%,d of %,d answered right".formatted(asked, asked),
            "calls begun, counted by the front; " + Base.PLAIN,
            "%,d right; p99 %.1f ms alone, %.1f ms beside"
                .formatted(
                    tally[0],
                    alone.getValueAtPercentile(99) / 1e3,
                    beside.getValueAtPercentile(99) / 1e3));
  }

  private static boolean isAnswer(CompletableFuture<byte[]> call) {
    return call.handle((bytes, why) -> why == null).join();
  }

  /** As many of some files as are needed for so many bytes. */
  private static List<String> first(List<String> files, int bytes) {
    var some = new ArrayList<String>();
    long sum = 0;
    for (var file : files) {
      if (sum < bytes) {
        some.add(file);
        sum += Path.of(file).toFile().length();
      }
    }
    return some;
  }

  /** One small call; counts right answers in {@code tally[0]}, failures in {@code tally[1]}. */
  private static void small(
      Connection connection, String term, long lines, Histogram times, long[] tally) {
    long begin = System.nanoTime();
    try {
      var count = Contracts.COUNT.call(connection, new Contracts.Ask(term), LIMIT);
      times.recordValue((System.nanoTime() - begin) / 1000);
      tally[0] += count.lines() == lines ? 1 : 0;
    } catch (SennitException e) {
      tally[1]++;
    }
  }

  private static String digest(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static String digestOfFiles(List<String> files, int count) throws IOException {
    var once = new ByteArrayOutputStream();
    for (int i = 0; i < files.size() && once.size() < count; i++) {
      try (var in = Files.newInputStream(Path.of(files.get(i)))) {
        once.write(in.readNBytes(count - once.size()));
      }
    }
    var bytes = once.toByteArray();
    var sha = sha256();
    for (int left = bytes.length == 0 ? 0 : count; left > 0; left -= bytes.length) {
      sha.update(bytes, 0, Math.min(left, bytes.length));
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }
}
