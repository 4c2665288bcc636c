package io.sennit.cli.demo.grid;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file in memory: its bytes, and a filter of trigrams per block of lines, so that most blocks are
 * never looked at. Not changed once made, whatever becomes of the file.
 */
final class HeldText implements Text {
  private static final int BLOCK = 8 << 10;
  private static final int FILTER_BITS = 1 << 14;

  /** Whole lines from an offset on, and which trigrams they may hold. */
  private record Block(int from, int to, long firstLine, long[] filter) {}

  private final Path path;
  private final byte[] bytes;
  private final long lines;
  private final List<Block> blocks = new ArrayList<>();

  private HeldText(Path path, byte[] bytes, long lines) {
    this.path = path;
    this.bytes = bytes;
    this.lines = lines;
  }

  /** Reads a file that is as it was listed, and indexes it. */
  static HeldText of(FileBytes file) throws IOException, NotText {
    var bytes = file.all();
    var check = new TextCheck();
    check.take(bytes, bytes.length);
    var text = new HeldText(file.path(), bytes, check.lines());
    text.index();
    return text;
  }

  /** What a file takes in memory, filters included. */
  static long heapFor(long bytes) {
    return bytes + bytes / 3 + 4096;
  }

  private void index() {
    int from = 0;
    long line = 1;
    while (from < bytes.length) {
      int end = Text.lineEnd(bytes, Math.min(from + BLOCK, bytes.length) - 1, bytes.length);
      int to = Math.min(end + 1, bytes.length);
      long next = line;
      var filter = new long[FILTER_BITS / 64];
      for (int i = from; i < to; i++) {
        next += bytes[i] == '\n' ? 1 : 0;
        if (i + 2 < to) {
          int bit = bit(bytes[i], bytes[i + 1], bytes[i + 2]);
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

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long lines() {
    return lines;
  }

  @Override
  public void search(byte[] term, Found found) {
    for (var block : blocks) {
      if (mayHold(block.filter(), term)) {
        Text.search(bytes, block.from(), block.to(), block.firstLine(), term, found);
      }
    }
  }

  private static boolean mayHold(long[] filter, byte[] term) {
    for (int i = 0; i + 2 < term.length; i++) {
      int bit = bit(term[i], term[i + 1], term[i + 2]);
      if ((filter[bit >>> 6] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public byte[] first(int count) {
    return Arrays.copyOf(bytes, Math.min(count, bytes.length));
  }
}
