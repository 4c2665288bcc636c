package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Rules;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * One file, ready to be searched: its bytes and, for those held in memory, a filter of trigrams per
 * block of lines, so that most blocks are never looked at. Not changed once made.
 */
final class Text {
  /** Told of each line that holds the term. */
  @FunctionalInterface
  interface Found {
    void line(long number, int from, int to);
  }

  /** A file that is no text by the rules. */
  static final class NotText extends Exception {
    private static final long serialVersionUID = 1L;

    NotText(String why) {
      super(why);
    }
  }

  private static final int BLOCK = 8 << 10;
  private static final int FILTER_BITS = 1 << 14;

  /** Whole lines from an offset on, and which trigrams they may hold; none: all. */
  private record Block(int from, int to, long firstLine, long[] filter) {}

  private final Path path;
  private final ByteBuffer bytes;
  private final List<Block> blocks = new ArrayList<>();
  private long lines;

  private Text(Path path, ByteBuffer bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  /** Reads a file into memory and indexes it. */
  static Text inMemory(Path path) throws IOException, NotText {
    var text = new Text(path, ByteBuffer.wrap(Files.readAllBytes(path)));
    text.check();
    text.index();
    return text;
  }

  /** Leaves a file where it is, to be searched from end to end each time. */
  static Text mapped(Path path) throws IOException, NotText {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      var text = new Text(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
      text.check();
      text.blocks.add(new Block(0, text.bytes.limit(), 1, new long[0]));
      return text;
    }
  }

  /** What a file in memory takes, filters included. */
  static long heapFor(long bytes) {
    return bytes + bytes / 3 + 4096;
  }

  Path path() {
    return path;
  }

  long lines() {
    return lines;
  }

  /** A view of all bytes. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  private void check() throws NotText {
    int head = Math.min(Rules.HEAD, bytes.limit());
    for (int i = 0; i < head; i++) {
      if (bytes.get(i) == 0) {
        throw new NotText(Rules.BINARY);
      }
    }
    int begin = 0;
    for (int i = 0; i < bytes.limit(); i++) {
      if (bytes.get(i) == '\n') {
        lines++;
        begin = i + 1;
      } else if (i - begin >= Rules.MAX_LINE) {
        throw new NotText(Rules.LONG_LINE);
      }
    }
    lines += begin < bytes.limit() ? 1 : 0;
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var view = bytes();
    var out = CharBuffer.allocate(8192);
    while (true) {
      var result = decoder.decode(view, out.clear(), true);
      if (result.isError()) {
        throw new NotText(Rules.NOT_UTF8);
      }
      if (result.isUnderflow()) {
        return;
      }
    }
  }

  private void index() {
    int from = 0;
    long line = 1;
    while (from < bytes.limit()) {
      int to = lineEnd(Math.min(from + BLOCK, bytes.limit()) - 1);
      to = Math.min(to + 1, bytes.limit());
      long next = line;
      var filter = new long[FILTER_BITS / 64];
      for (int i = from; i < to; i++) {
        next += bytes.get(i) == '\n' ? 1 : 0;
        if (i + 2 < to) {
          int bit = bit(bytes.get(i), bytes.get(i + 1), bytes.get(i + 2));
          filter[bit >>> 6] |= 1L << bit;
        }
      }
      blocks.add(new Block(from, to, line, filter));
      line = next;
      from = to;
    }
  }

  private static int bit(byte a, byte b, byte c) {
    int hash = ((a & 0xff) << 16 | (b & 0xff) << 8 | (c & 0xff)) * 0x9e3779b1;
    return hash >>> 18; // the upper 14 bits
  }

  /** Where the line that holds an offset ends: at its line feed, or at the file's end. */
  private int lineEnd(int offset) {
    int i = offset;
    while (i < bytes.limit() && bytes.get(i) != '\n') {
      i++;
    }
    return i;
  }

  /** Looks for a term of at least one byte that holds no line feed. */
  void search(byte[] term, Found found) {
    for (var block : blocks) {
      if (mayHold(block.filter(), term)) {
        search(block, term, found);
      }
    }
  }

  private static boolean mayHold(long[] filter, byte[] term) {
    for (int i = 0; filter.length > 0 && i + 2 < term.length; i++) {
      int bit = bit(term[i], term[i + 1], term[i + 2]);
      if ((filter[bit >>> 6] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  private void search(Block block, byte[] term, Found found) {
    long line = block.firstLine();
    int begin = block.from();
    for (int i = block.from(); i < block.to(); i++) {
      byte b = bytes.get(i);
      if (b == '\n') {
        line++;
        begin = i + 1;
      } else if (b == term[0] && isAt(i, term)) {
        int end = lineEnd(i);
        found.line(line, begin, end);
        line++;
        begin = end + 1;
        i = end;
      }
    }
  }

  private boolean isAt(int offset, byte[] term) {
    if (offset + term.length > bytes.limit()) {
      return false;
    }
    for (int i = 1; i < term.length; i++) {
      if (bytes.get(offset + i) != term[i]) {
        return false;
      }
    }
    return true;
  }

  /** The text of a line, as far as it is shown. */
  String line(int from, int to) {
    var chars = StandardCharsets.UTF_8.decode(bytes.slice(from, to - from));
    return chars.limit(Math.min(chars.limit(), Rules.SHOWN)).toString();
  }
}
