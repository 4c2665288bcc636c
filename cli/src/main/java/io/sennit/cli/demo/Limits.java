package io.sennit.cli.demo;

import java.time.Duration;

/**
 * What the demo may take, in one place. The tour measures itself against it, and what takes more is
 * a failed check.
 *
 * @param tour the base tour, from its first line to its last process, chapters and prompt apart
 * @param chapter a chapter's part in the front
 * @param patience the time after which a chapter that has not ended is broken off
 * @param chapterHeap bytes that a chapter may keep in the heap of each worker: what its part in the
 *     worker began with, and what is there more after its part in the front than before
 */
public record Limits(Duration tour, Duration chapter, Duration patience, long chapterHeap) {
  /** Bytes of a worker's heap. */
  public static final long WORKER_HEAP = 256L << 20;

  /** Bytes of a worker's heap that the index may fill. */
  public static final long INDEX_HEAP = WORKER_HEAP / 2;

  /** Those of the tour. */
  public static final Limits USUAL =
      new Limits(
          Duration.ofSeconds(35), Duration.ofSeconds(10), Duration.ofSeconds(60), WORKER_HEAP / 8);
}
