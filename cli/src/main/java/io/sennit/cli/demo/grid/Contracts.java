package io.sennit.cli.demo.grid;

import io.sennit.core.codec.Codec;
import io.sennit.core.codec.NoValue;
import io.sennit.grid.SingleHandler;
import io.sennit.grid.StreamHandler;
import java.util.List;
import java.util.Map;

/** What the front and the workers say to each other. */
final class Contracts {
  /** A file to index, as it was when it was listed. */
  record FileRef(String path, long bytes, long modifiedNs) {}

  /**
   * How far an index is.
   *
   * @param inPlace how many files are not held in memory
   * @param skipped what was passed by, path and reason; told at the end
   * @param done whether this is the end
   */
  record Progress(
      int files, long bytes, long lines, int inPlace, Map<String, String> skipped, boolean done) {}

  /** Some files. */
  record Paths(List<String> paths) {}

  /** Host strings of some workers. */
  record Hosts(List<String> hosts) {}

  /** A search. */
  record Ask(String term) {}

  /** How many files and lines hold the term; how many files are left out since they changed. */
  record Count(long files, long lines, int changed) {}

  /** So many bytes of some files, in order, from the first again after the last. */
  record BytesAsk(List<String> paths, int count) {}

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

  static final SingleHandler<BytesAsk, byte[]> BYTES =
      SingleHandler.of("bytes", 4, Codec.of(BytesAsk.class), Codec.BYTES);

  /** Waits so many milliseconds, then says how long it was asked to. */
  static final SingleHandler<Integer, Integer> SLOW =
      SingleHandler.of("slow", 5, Codec.INT, Codec.INT);

  static final SingleHandler<NoValue, Stats> STATS =
      SingleHandler.of("stats", 6, Codec.NONE, Codec.of(Stats.class));

  /** Which files are left out since they have changed. */
  static final SingleHandler<NoValue, Paths> CHANGED =
      SingleHandler.of("changed", 7, Codec.NONE, Codec.of(Paths.class));

  /** Leaves out files that have changed; answers how the index is now. */
  static final SingleHandler<Paths, Progress> FORGET =
      SingleHandler.of("forget", 8, Codec.of(Paths.class), Codec.of(Progress.class));

  /** Which other workers answer a worker, asked all at once; within so many milliseconds. */
  static final SingleHandler<Integer, Hosts> REACHED =
      SingleHandler.of("reached", 9, Codec.INT, Codec.of(Hosts.class));

  private Contracts() {}
}
