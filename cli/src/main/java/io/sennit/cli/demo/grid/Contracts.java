package io.sennit.cli.demo.grid;

import io.sennit.core.codec.Codec;
import io.sennit.core.codec.NoValue;
import io.sennit.grid.SingleHandler;
import io.sennit.grid.StreamHandler;
import java.util.Map;

/** What the front and the workers say to each other. */
final class Contracts {
  /** A file to index. */
  record FileRef(String path, long bytes) {}

  /** How far an index is; the last one is {@code done}. */
  record Progress(
      int files, long bytes, long lines, int mapped, Map<String, Integer> skipped, boolean done) {}

  /** A search. */
  record Ask(String term) {}

  /** How many files and lines hold the term. */
  record Count(long files, long lines) {}

  /** A search whose lines are wanted, the whole result so many times over. */
  record LinesAsk(String term, int rounds) {}

  /** A line that holds the term. */
  record Hit(int round, String path, long line, String text) {}

  /** What a worker's handlers have seen so far. */
  record Stats(long pid, long slowBegun, long slowInterrupted, long linesSent) {}

  static final Codec<Hit> HIT = Codec.of(Hit.class);

  /** Files go in, progress comes out. */
  static final StreamHandler<NoValue, FileRef, Progress> INDEX =
      StreamHandler.of("index", 1, Codec.NONE, Codec.of(FileRef.class), Codec.of(Progress.class));

  static final SingleHandler<Ask, Count> COUNT =
      SingleHandler.of("count", 2, Codec.of(Ask.class), Codec.of(Count.class));

  static final StreamHandler<LinesAsk, NoValue, Hit> LINES =
      StreamHandler.of("lines", 3, Codec.of(LinesAsk.class), Codec.NONE, HIT).withoutInput();

  /** So many bytes of the worker's files, in order, from the first again after the last. */
  static final SingleHandler<Integer, byte[]> BYTES =
      SingleHandler.of("bytes", 4, Codec.INT, Codec.BYTES);

  /** Waits so many milliseconds, then says how long it was asked to. */
  static final SingleHandler<Integer, Integer> SLOW =
      SingleHandler.of("slow", 5, Codec.INT, Codec.INT);

  static final SingleHandler<NoValue, Stats> STATS =
      SingleHandler.of("stats", 6, Codec.NONE, Codec.of(Stats.class));

  private Contracts() {}
}
