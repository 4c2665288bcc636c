package io.sennit.cli.demo;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A strand's part in the tour, found through {@link ServiceLoader}: code that runs inside each
 * worker process, and code in the front. A chapter finds a healthy cluster and leaves one, within
 * the time and the heap of {@link Limits}; the base tour needs none.
 */
public interface DemoChapter {
  /** One word, for the screen. */
  String name();

  /** Chapters run in this order; the base is 0. */
  int order();

  /** Begins the part in a worker process: registers handlers and returns. */
  void worker(WorkerScope scope);

  /** Runs the part in the front and adds its checks. */
  void front(DemoCluster cluster, Checks checks) throws Exception;

  /** All there are, in order. */
  static List<DemoChapter> all() {
    return ServiceLoader.load(DemoChapter.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparingInt(DemoChapter::order).thenComparing(DemoChapter::name))
        .toList();
  }
}
