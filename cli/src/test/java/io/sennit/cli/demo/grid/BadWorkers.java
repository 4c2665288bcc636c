package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoChapter;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.WorkerMain;
import io.sennit.cli.demo.WorkerScope;
import io.sennit.cli.demo.grid.Contracts.Ask;
import io.sennit.cli.demo.grid.Contracts.Count;
import io.sennit.cli.demo.grid.Contracts.Hit;
import io.sennit.grid.Output;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Worker processes that each do one thing wrong. */
final class BadWorkers {
  /** The term that the late worker is late for. */
  static final String LATE_TERM = "tardy";

  private BadWorkers() {}

  /** Leaves out the third line of every file that has one. */
  static final class Drops {
    private Drops() {}

    public static void main(String[] args) throws Exception {
      serve(
          new SearchService() {
            @Override
            void send(Hit hit, Output<Hit> out) {
              if (hit.line() != 3) {
                super.send(hit, out);
              }
            }
          });
    }
  }

  /** Sends the third line of every file twice. */
  static final class Doubles {
    private Doubles() {}

    public static void main(String[] args) throws Exception {
      serve(
          new SearchService() {
            @Override
            void send(Hit hit, Output<Hit> out) {
              super.send(hit, out);
              if (hit.line() == 3) {
                super.send(hit, out);
              }
            }
          });
    }
  }

  /** Gives the right answer for one term, too late. */
  static final class IsLate {
    private IsLate() {}

    public static void main(String[] args) throws Exception {
      serve(
          new SearchService() {
            @Override
            Count count(Ask ask) throws InterruptedException {
              if (ask.term().equals(LATE_TERM)) {
                new CountDownLatch(1).await(3100, TimeUnit.MILLISECONDS); // nobody counts down
              }
              return super.count(ask);
            }
          });
    }
  }

  private static void serve(SearchService service) throws Exception {
    WorkerMain.run(
        List.of(
            new DemoChapter() {
              @Override
              public String name() {
                return "bad";
              }

              @Override
              public int order() {
                return 0;
              }

              @Override
              public void worker(WorkerScope scope) {
                service.serve(scope.node().grid());
              }

              @Override
              public void front(DemoCluster cluster, Checks checks) {
                throw new UnsupportedOperationException("a worker has no front");
              }
            }));
  }
}
