package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Rules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One file of a worker's share, ready to be searched. */
sealed interface Text permits HeldText, FileText {
  /** Told of each line that holds the term: its number and where it lies among some bytes. */
  @FunctionalInterface
  interface Found {
    void line(long number, byte[] bytes, int from, int to);
  }

  /** A file that is passed by, and the reason. */
  final class NotText extends Exception {
    private static final long serialVersionUID = 1L;

    NotText(String why) {
      super(why);
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }

  /** Where it is. */
  Path path();

  /** How many lines. */
  long lines();

  /**
   * Looks for a term of at least one byte that holds no line feed.
   *
   * @throws NotText if the file is another than it was, now or while it was searched
   */
  void search(byte[] term, Found found) throws NotText, IOException;

  /** At most so many of its first bytes. */
  byte[] first(int count) throws NotText, IOException;

  /** The text of a line, as far as it is shown: no character is halved. */
  static String shown(byte[] bytes, int from, int to) {
    int most = Math.min(to - from, 3 * Rules.SHOWN + 3); // a UTF-16 unit takes 3 bytes at most
    var chars = new String(bytes, from, most, StandardCharsets.UTF_8);
    if (chars.length() <= Rules.SHOWN) {
      return chars;
    }
    int end = Rules.SHOWN;
    return chars.substring(0, Character.isLowSurrogate(chars.charAt(end)) ? end - 1 : end);
  }

  /** Looks through whole lines. */
  static void search(byte[] bytes, int from, int to, long firstLine, byte[] term, Found found) {
    long line = firstLine;
    int begin = from;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '\n') {
        line++;
        begin = i + 1;
      } else if (b == term[0] && isAt(bytes, i, to, term)) {
        int end = lineEnd(bytes, i, to);
        found.line(line, bytes, begin, end);
        line++;
        begin = end + 1;
        i = end;
      }
    }
  }

  private static boolean isAt(byte[] bytes, int offset, int limit, byte[] term) {
    if (limit - offset < term.length) {
      return false;
    }
    for (int i = 1; i < term.length; i++) {
      if (bytes[offset + i] != term[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the line that holds an offset ends: at its line feed, or at the limit. */
  static int lineEnd(byte[] bytes, int offset, int limit) {
    int i = offset;
    while (i < limit && bytes[i] != '\n') {
      i++;
    }
    return i;
  }
}
