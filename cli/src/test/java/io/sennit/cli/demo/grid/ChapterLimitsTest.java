package io.sennit.cli.demo.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.cli.Exit;
import io.sennit.cli.demo.Check;
import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoChapter;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.Limits;
import io.sennit.cli.demo.WorkerMain;
import io.sennit.cli.demo.WorkerScope;
import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.grid.SingleHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tour measures itself and its chapters: what takes too long or too much fails, by name. */
@Timeout(120)
class ChapterLimitsTest {
  private static final SingleHandler<Integer, Integer> KEEP =
      SingleHandler.of("keep", 100, Codec.INT, Codec.INT);
  private static final int TOO_MUCH = 40 << 20;

  @TempDir Path dir;

  /** What a chapter does; nothing unless overridden. */
  private abstract static class Quiet implements DemoChapter {
    private final String name;

    Quiet(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int order() {
      return 1;
    }

    @Override
    public void worker(WorkerScope scope) {}

    @Override
    public void front(DemoCluster cluster, Checks checks) throws Exception {}
  }

  private static final class Good extends Quiet {
    Good() {
      super("good");
    }

    @Override
    public void front(DemoCluster cluster, Checks checks) {
      checks.add("good: was here", true, "to be run", "by the tour", "it was");
    }
  }

  private static final class Slow extends Quiet {
    Slow() {
      super("slow");
    }

    @Override
    public void front(DemoCluster cluster, Checks checks) throws Exception {
      new CountDownLatch(1).await(2, TimeUnit.SECONDS); // nobody counts down
    }
  }

  private static final class Stuck extends Quiet {
    Stuck() {
      super("stuck");
    }

    @Override
    public void front(DemoCluster cluster, Checks checks) throws Exception {
      new CountDownLatch(1).await();
    }
  }

  private static final class HeavyFromTheStart extends Quiet {
    private final List<byte[]> kept = new ArrayList<>();

    HeavyFromTheStart() {
      super("heavy");
    }

    @Override
    public void worker(WorkerScope scope) {
      kept.add(new byte[TOO_MUCH]);
      KEEP.serve(scope.node().grid(), (bytes, caller) -> kept.size()); // for as long as it serves
    }
  }

  private static final class Growing extends Quiet {
    private static final SingleHandler<Integer, Integer> GROW =
        SingleHandler.of("grow", 101, Codec.INT, Codec.INT);
    private final List<byte[]> kept = new CopyOnWriteArrayList<>();

    Growing() {
      super("growing");
    }

    @Override
    public void worker(WorkerScope scope) {
      GROW.serve(
          scope.node().grid(),
          (bytes, caller) -> {
            kept.add(new byte[bytes]);
            return kept.size();
          });
    }

    @Override
    public void front(DemoCluster cluster, Checks checks) {
      GROW.call(cluster.connection(0), TOO_MUCH, Within.within(Duration.ofSeconds(5)));
    }
  }

  private static List<DemoChapter> chapters() {
    return List.of(new Good(), new Slow(), new Stuck(), new HeavyFromTheStart(), new Growing());
  }

  /** A worker with all of them. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] args) throws Exception {
      var all = new ArrayList<DemoChapter>(List.of(new GridChapter()));
      all.addAll(chapters());
      WorkerMain.run(all);
    }
  }

  @Test
  void whatTakesTooLongOrTooMuchFailsByName() throws Exception {
    for (int i = 0; i < 8; i++) {
      Files.writeString(dir.resolve("text" + i), "common one\ncommon two\nrare" + i + "\n");
    }
    var demo = new DemoCommand();
    demo.dir = dir;
    demo.nodes = 1;
    demo.once = true;
    demo.mains = worker -> Worker.class.getName();
    demo.chapters = chapters();
    demo.limits =
        new Limits(
            Duration.ofMillis(1),
            Duration.ofMillis(300), // even on a machine that others use up: see Spent
            Duration.ofSeconds(3),
            Limits.USUAL.chapterHeap());
    assertThat(demo.call()).isEqualTo(Exit.FAILED);
    assertThat(demo.checks.stream().filter(c -> !c.pass()).map(Check::name))
        .containsExactly(
            "chapter slow: time",
            "chapter stuck",
            "chapter stuck: time",
            "chapter heavy: heap",
            "chapter growing: heap",
            "time of the tour");
    assertThat(demo.checks.stream().filter(Check::pass).map(Check::name))
        .contains("good: was here", "chapter good: time", "chapter good: heap");
  }
}
