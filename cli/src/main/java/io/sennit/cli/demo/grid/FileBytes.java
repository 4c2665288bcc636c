package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Rules;
import io.sennit.cli.demo.Stamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The bytes of a file as it was when it was listed. Each reading fails as {@link Rules#CHANGED} if
 * the file is another before it or after it.
 */
record FileBytes(Path path, Stamp stamp) {
  /** Takes a piece; says how many of its bytes are done with. The others come again. */
  interface Taker {
    int take(byte[] bytes, int count) throws Text.NotText;
  }

  private interface Reading<T> {
    T of(InputStream in) throws IOException, Text.NotText;
  }

  /** All of it; for files that fit in an array. */
  byte[] all() throws IOException, Text.NotText {
    return first(Math.toIntExact(stamp.bytes()));
  }

  /** At most so many of its first bytes. */
  byte[] first(int count) throws IOException, Text.NotText {
    int most = (int) Math.min(count, stamp.bytes());
    var bytes = steady(in -> in.readNBytes(most));
    if (bytes.length != most) {
      throw new Text.NotText(Rules.CHANGED);
    }
    return bytes;
  }

  /**
   * From end to end. Every piece fills the array but the last one, which has at least one byte
   * less.
   */
  void read(byte[] piece, Taker taker) throws IOException, Text.NotText {
    long read =
        steady(
            in -> {
              long sum = 0;
              int kept = 0;
              while (true) {
                int came = in.readNBytes(piece, kept, piece.length - kept);
                sum += came;
                int count = kept + came;
                if (sum > stamp.bytes()) {
                  return sum; // it grows; who knows how long
                }
                int done = taker.take(piece, count);
                if (count < piece.length) {
                  return sum;
                }
                kept = count - done;
                System.arraycopy(piece, done, piece, 0, kept);
              }
            });
    if (read != stamp.bytes()) {
      throw new Text.NotText(Rules.CHANGED);
    }
  }

  private <T> T steady(Reading<T> reading) throws IOException, Text.NotText {
    check();
    T result;
    try (var in = Files.newInputStream(path)) {
      result = reading.of(in);
    }
    check();
    return result;
  }

  private void check() throws Text.NotText {
    if (!Stamp.now(path).equals(Optional.of(stamp))) {
      throw new Text.NotText(Rules.CHANGED);
    }
  }
}
