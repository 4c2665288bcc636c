package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Screen;
import io.sennit.cli.demo.grid.Contracts.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.Recorder;

/**
 * A steady load of queries behind the whole tour, every answer compared with the plain scan's, and
 * the live line that shows it.
 */
final class LiveLoad implements AutoCloseable {
  private static final long EVERY_NS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SHOW_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Base base;
  private final Screen screen;
  private final List<String> terms;
  private final Expected expected;
  private final int workers;
  private List<List<PlainScan.Total>> right = List.of(); // as of so many changed files
  private int rightFor = -1;
  private final Recorder recorder = new Recorder(3);
  private final AtomicLong complete = new AtomicLong();
  private final AtomicLong partial = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();
  private final AtomicReference<String> firstWrong = new AtomicReference<>("");
  private final List<Thread> threads = new ArrayList<>();
  private long lookedCount;
  private long lookedAt = System.nanoTime();
  private volatile boolean over;
  private volatile boolean quiet;
  private volatile String line = "";
  private volatile String broken = "";
  private volatile String about = "";

  LiveLoad(Base base) {
    this.base = base;
    this.screen = base.cluster().screen();
    this.expected = base.expected();
    this.terms = expected.terms();
    this.workers = base.cluster().size();
  }

  /** The right answers now, made anew when files were found to have changed. */
  private List<List<PlainScan.Total>> right() {
    int changed = expected.changedCount();
    if (changed != rightFor) {
      var all = new ArrayList<List<PlainScan.Total>>();
      for (var term : terms) {
        all.add(IntStream.range(0, workers).mapToObj(i -> expected.of(i, term)).toList());
      }
      right = all;
      rightFor = changed;
    }
    return right;
  }

  void start() {
    threads.add(Thread.ofVirtual().name("live-load").start(this::load));
    threads.add(Thread.ofVirtual().name("live-line").start(this::show));
  }

  private void load() {
    try {
      for (int turn = 0; !over; turn++) {
        long due = System.nanoTime() + EVERY_NS;
        ask(turn % terms.size());
        LockSupport.parkNanos(due - System.nanoTime());
      }
    } catch (RuntimeException e) {
      broken = e.toString(); // shown by the last check
    }
  }

  private void ask(int term) {
    int before = expected.changedCount();
    var should = right().get(term);
    var answer = base.search().count(terms.get(term));
    boolean settled = before == expected.changedCount() && base.follows(answer);
    if (settled) {
      answer.counts().forEach((worker, count) -> judge(term, worker, count, should.get(worker)));
    } else {
      base.followChanges(answer); // a file has changed, and is out of the next question's answer
    }
    if (settled && answer.missing().isEmpty()) {
      complete.incrementAndGet();
      recorder.recordValue(answer.nanos() / 1000);
    } else {
      partial.incrementAndGet();
    }
  }

  private void judge(int term, int worker, Count count, PlainScan.Total should) {
    answers.incrementAndGet();
    if (count.files() != should.files() || count.lines() != should.lines()) {
      wrong.incrementAndGet();
      firstWrong.compareAndSet(
          "",
          "; first: '%s' at worker %d: %d files, %d lines, not %d, %d"
              .formatted(
                  terms.get(term),
                  worker,
                  count.files(),
                  count.lines(),
                  should.files(),
                  should.lines()));
    }
  }

  private void show() {
    while (!over) {
      LockSupport.parkNanos(SHOW_NS);
      var text = look();
      if (!quiet && !over) {
        screen.status(text);
      }
    }
  }

  /** The live line for the time since the last look. */
  private String look() {
    long now = System.nanoTime();
    long count = complete.get();
    var interval = recorder.getIntervalHistogram();
    line =
        "  live %4.0f queries/s  p99 %6.1f ms  wrong answers %d  incomplete %d  %s"
            .formatted(
                (count - lookedCount) * 1e9 / (now - lookedAt),
                interval.getValueAtPercentile(99) / 1e3,
                wrong.get(),
                partial.get(),
                about);
    lookedCount = count;
    lookedAt = now;
    return line;
  }

  /** The live line as it was last, for those who print it themselves. */
  String line() {
    return line;
  }

  /** Leaves the screen to others from now on; the load goes on. */
  void quiet() {
    quiet = true;
    screen.clear();
  }

  /** What the tour is at, for the live line. */
  void about(String text) {
    about = text;
  }

  long complete() {
    return complete.get();
  }

  long partial() {
    return partial.get();
  }

  /** Single workers' answers compared. */
  long answers() {
    return answers.get();
  }

  long wrong() {
    return wrong.get();
  }

  /** The first wrong answer, or why the load broke, or nothing. */
  String remark() {
    return firstWrong.get() + (broken.isEmpty() ? "" : "; the load broke: " + broken);
  }

  @Override
  public void close() {
    over = true;
    for (var thread : threads) {
      LockSupport.unpark(thread);
      try {
        thread.join(TimeUnit.SECONDS.toMillis(12));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    screen.clear();
  }
}
