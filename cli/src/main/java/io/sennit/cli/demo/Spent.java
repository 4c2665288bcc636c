package io.sennit.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How long something took, and which share of the machine's processors others used meanwhile: what
 * a busy machine did not give is not held against it.
 *
 * @param nanos by the clock
 * @param others 0 to 0.8, as waiting costs no processor; 0 where the system does not tell
 */
public record Spent(long nanos, double others) {
  private static final double MOST = 0.8; // a time is at least a fifth of itself
  private static final Path MACHINE = Path.of("/proc/stat");
  private static final Path SELF = Path.of("/proc/self/stat");
  private static final int IDLE = 3; // fields of the line "cpu" of /proc/stat: idle and waiting
  private static final int WAITING = 4;
  private static final int KINDS = 8; // what follows is counted in the others already
  private static final int OWN = 11; // behind the name: user, system, and of children waited for
  private static final long TICK_NANOS = 10_000_000; // of both files, whatever the kernel's own

  /**
   * A moment.
   *
   * @param nanos by {@link System#nanoTime}
   * @param ticks that the processors had, each tick one of one processor
   * @param busy of them used, by whomever
   * @param own of them used by this process and its children
   */
  public record Moment(long nanos, long ticks, long busy, long own) {
    /** Now. */
    public static Moment now() {
      long nanos = System.nanoTime();
      try {
        var machine = Files.readString(MACHINE);
        var kinds = numbers(machine.substring(0, machine.indexOf('\n')).substring("cpu".length()));
        long all = Arrays.stream(kinds).limit(KINDS).sum();
        return new Moment(nanos, all, all - kinds[IDLE] - kinds[WAITING], ownTicks());
      } catch (IOException e) {
        return new Moment(nanos, 0, 0, 0); // no such files on this system: nobody is blamed
      }
    }

    private static long ownTicks() throws IOException {
      var self = Files.readString(SELF);
      var fields = self.substring(self.lastIndexOf(')') + 1).strip().split(" ");
      long ended = LongStream.range(OWN, OWN + 4).map(i -> Long.parseLong(fields[(int) i])).sum();
      long running =
          ProcessHandle.current()
              .children()
              .map(child -> child.info().totalCpuDuration())
              .flatMap(Optional::stream)
              .mapToLong(Duration::toNanos)
              .sum();
      return ended + running / TICK_NANOS;
    }

    private static long[] numbers(String line) {
      return Arrays.stream(line.strip().split(" +")).mapToLong(Long::parseLong).toArray();
    }
  }

  /** Since a moment, until now. */
  public static Spent since(Moment begin) {
    return between(begin, Moment.now());
  }

  /** From one moment to a later one. */
  static Spent between(Moment begin, Moment end) {
    long ticks = end.ticks() - begin.ticks();
    long foreign = end.busy() - begin.busy() - (end.own() - begin.own());
    return new Spent(
        end.nanos() - begin.nanos(),
        ticks <= 0 ? 0 : Math.clamp((double) foreign / ticks, 0.0, MOST));
  }

  /** The same without something that took so long. */
  public Spent without(long nanosApart) {
    return new Spent(nanos - nanosApart, others);
  }

  /** Whether it took at most this, the share of others left out. */
  public boolean isWithin(Duration limit) {
    return nanos * (1 - others) <= limit.toNanos();
  }

  @Override
  public String toString() {
    return "%.1f s%s"
        .formatted(
            nanos / 1e9,
            others < 0.05 ? "" : "; others used %.0f %% of the machine".formatted(100 * others));
  }
}
