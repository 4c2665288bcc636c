package io.sennit.mesh;

import io.sennit.core.Thrown;
import io.sennit.core.loop.Outbox;
import io.sennit.core.loop.RareLog;
import io.sennit.core.loop.SerialLane;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells users of changes: one after the other, in their order, on a virtual thread. */
final class Watchers {
  private static final int MOST = 100_000;
  private static final long MOST_BYTES = 64L << 20;
  private static final int SIZE = 256;

  private final RareLog log = RareLog.of("io.sennit.mesh.watchers");
  private final CopyOnWriteArrayList<Consumer<? super MemberChange>> all =
      new CopyOnWriteArrayList<>();
  private final Runner runner;
  private final Loop loop;
  private final SerialLane lane;

  Watchers(Loop loop, Runner runner) {
    this.loop = loop;
    this.runner = runner;
    lane = new SerialLane(loop, runner, "mesh events", MOST, MOST_BYTES);
  }

  AutoCloseable add(Consumer<? super MemberChange> watcher) {
    all.add(watcher);
    return () -> all.remove(watcher);
  }

  /** On the loop. */
  void tell(MemberChange change) {
    if (!all.isEmpty() && lane.offer(() -> tellAll(change), SIZE) != Outbox.Offer.TAKEN) {
      log.log(loop.nanoTime(), Level.WARNING, "too many changes wait to be told: " + change, null);
    }
  }

  private void tellAll(MemberChange change) {
    for (var watcher : all) {
      try {
        watcher.accept(change);
      } catch (RuntimeException e) {
        log.log(runner.nanoTime(), Level.WARNING, "a watcher of members", Thrown.printable(e));
      }
    }
  }

  void close() {
    lane.close(Duration.ofSeconds(1), () -> {});
  }
}
