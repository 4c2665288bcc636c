package io.sennit.shards.engine;

import io.sennit.core.loop.Outbox.Offer;
import io.sennit.core.loop.SerialLane;
import io.sennit.core.spi.Loop;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The place of one shard number at a node: its lane, and what is there of it. On the loop. */
final class Slot {
  private static final int MAX_TASKS = 1 << 16;
  private static final long MAX_BYTES = 256L << 20;
  private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(5);

  final int shard;
  final SerialLane lane;
  final LinkedHashMap<Hosted, Long> stopping = new LinkedHashMap<>(); // with their epochs
  private final Loop loop;
  @Nullable Hosted now;
  long highest; // epoch ever seen; no permit up to it is taken

  Slot(int shard, Loop loop, io.sennit.core.spi.Runner runner, String name) {
    this.shard = shard;
    this.loop = loop;
    this.lane = new SerialLane(loop, runner, name, MAX_TASKS, MAX_BYTES);
  }

  /** Runs user code on the lane after all that waits there; asks again while the lane is full. */
  void run(Runnable code, Runnable after) {
    switch (lane.offer(code, 0, after)) {
      case TAKEN -> {}
      case FULL -> loop.timer(() -> run(code, after)).arm(AGAIN);
      case CLOSED -> after.run();
    }
  }

  /** Whether callbacks of users may be added, so that the engine's own always find room. */
  boolean hasRoom() {
    return lane.pending() < MAX_TASKS / 2 && lane.pendingBytes() < MAX_BYTES / 2;
  }

  Offer offer(Runnable code, int size, Runnable after) {
    return lane.offer(code, size, after);
  }
}
