package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Rules;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A file that stays where it is and is read from end to end for each search. It is read, not
 * mapped: a mapped file that somebody cuts short would take the process down.
 */
final class FileText implements Text {
  private static final int PIECE = 2 * Rules.MAX_LINE; // holds the longest line and its end

  private final FileBytes file;
  private final long lines;

  private FileText(FileBytes file, long lines) {
    this.file = file;
    this.lines = lines;
  }

  /** Reads a file that is as it was listed, to see whether it is a text. */
  static FileText of(FileBytes file) throws IOException, NotText {
    var check = new TextCheck();
    file.read(
        new byte[1 << 16],
        (bytes, count) -> {
          check.take(bytes, count);
          return count;
        });
    return new FileText(file, check.lines());
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public long lines() {
    return lines;
  }

  @Override
  public void search(byte[] term, Found found) throws NotText, IOException {
    var line = new long[] {1};
    file.read(
        new byte[(int) Math.min(PIECE, file.stamp().bytes() + 1)],
        (bytes, count) -> {
          int whole = count < bytes.length ? count : lastLineEnd(bytes, count);
          Text.search(bytes, 0, whole, line[0], term, found);
          for (int i = 0; i < whole; i++) {
            line[0] += bytes[i] == '\n' ? 1 : 0;
          }
          return whole;
        });
  }

  private static int lastLineEnd(byte[] bytes, int count) throws NotText {
    for (int i = count; i > 0; i--) {
      if (bytes[i - 1] == '\n') {
        return i;
      }
    }
    throw new NotText(Rules.CHANGED); // it held no line as long as this
  }

  @Override
  public byte[] first(int count) throws NotText, IOException {
    return file.first(count);
  }
}
