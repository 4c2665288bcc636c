package io.sennit.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of the machine others used: {@code /proc/stat} minus our own processes, this one
 * included. Interrupt time is left out, because the loopback traffic of the peers causes most of it
 * and no process is charged for it; stolen time counts as foreign.
 */
public final class CpuWatch {
  private static final Path STAT = Path.of("/proc/stat");

  private final List<Long> pids;

  private CpuWatch(List<Long> pids) {
    this.pids = pids;
  }

  /** A watch for the given processes and this one; null where there is no {@code /proc/stat}. */
  public static @Nullable CpuWatch of(List<Long> pids) {
    if (!Files.isReadable(STAT)) {
      return null;
    }
    List<Long> all = new ArrayList<>(pids);
    all.add(ProcessHandle.current().pid());
    return new CpuWatch(all);
  }

  /** Counters since the machine started, in ticks. */
  Reading read() throws IOException {
    long own = 0;
    for (long pid : pids) {
      Path stat = Path.of("/proc/" + pid + "/stat");
      if (Files.exists(stat)) { // one that has ended no longer uses any
        own += processTicks(Files.readString(stat));
      }
    }
    return machine(Files.readString(STAT), own);
  }

  /** User and system time out of the text of {@code /proc/PID/stat}. */
  static long processTicks(String stat) {
    // the name, in parentheses, may hold spaces; user time is the 12th field after it
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** Reads the first line of {@code /proc/stat}. */
  static Reading machine(String stat, long own) {
    String[] fields = stat.lines().findFirst().orElse("").trim().split(" +");
    long total = 0;
    for (int i = 1; i <= 8; i++) {
      total += Long.parseLong(fields[i]);
    }
    long busy =
        Long.parseLong(fields[1])
            + Long.parseLong(fields[2])
            + Long.parseLong(fields[3])
            + Long.parseLong(fields[8]);
    return new Reading(total, busy, own);
  }

  /**
   * Counters at one moment.
   *
   * @param total ticks of all processors
   * @param busy of these, not idle and not interrupts
   * @param own of these, ours
   */
  record Reading(long total, long busy, long own) {
    double foreignSince(Reading before) {
      long ticks = total - before.total;
      long foreign = (busy - before.busy) - (own - before.own);
      return ticks <= 0 ? 0 : Math.clamp((double) foreign / ticks, 0, 1);
    }
  }
}
