package io.sennit.sim.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process says on one stream: its last lines in memory, all of it (bounded) in a file. */
final class Lines {
  private static final int KEPT = 2_000;
  private static final int LONGEST = 4_096; // characters kept of a line
  private static final long FILE_LIMIT = 64L << 20; // characters; a chatty child fills no disk

  private record Line(long number, String text) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition came = lock.newCondition();
  private final ArrayDeque<Line> kept = new ArrayDeque<>();
  private final Path file;
  private long numbers;
  private int streams;

  /**
   * Lines of some streams.
   *
   * @param streams how many will be read; the end of the last is the end
   */
  Lines(Path file, int streams) {
    this.file = file;
    this.streams = streams;
  }

  /** Reads one stream to its end; on a thread of its own. */
  void read(InputStream in) {
    try (var reader = new BufferedReader(new InputStreamReader(in, UTF_8));
        var writer =
            Files.newBufferedWriter(
                file, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long written = 0;
      for (var line = reader.readLine(); line != null; line = reader.readLine()) {
        if (written < FILE_LIMIT) {
          written += line.length() + 1;
          write(writer, line);
        }
        add(line);
      }
    } catch (IOException e) {
      add("(its output could not be read on: " + e + ")");
    } finally {
      end();
    }
  }

  private static void write(BufferedWriter writer, String line) throws IOException {
    writer.write(line);
    writer.newLine();
    writer.flush(); // the file is looked at while the process runs
  }

  void add(String text) {
    lock.lock();
    try {
      kept.add(new Line(numbers++, text.length() > LONGEST ? text.substring(0, LONGEST) : text));
      if (kept.size() > KEPT) {
        kept.remove();
      }
      came.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      streams--;
      came.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<String> last() {
    lock.lock();
    try {
      return kept.stream().map(Line::text).toList();
    } finally {
      lock.unlock();
    }
  }

  /** The number the next line will have. */
  long next() {
    lock.lock();
    try {
      return numbers;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a line from {@code number} on; empty: the time is up, or the output has ended. */
  Optional<Matcher> await(Pattern pattern, long number, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      long seen = number;
      while (true) {
        for (var line : kept) {
          if (line.number >= seen) {
            var matcher = pattern.matcher(line.text);
            if (matcher.find()) {
              return Optional.of(matcher);
            }
          }
        }
        seen = numbers;
        if (left <= 0 || streams <= 0) {
          return Optional.empty();
        }
        left = came.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all streams have ended. */
  boolean awaitEnd(long seconds) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(seconds);
      while (streams > 0 && left > 0) {
        left = came.awaitNanos(left);
      }
      return streams <= 0;
    } finally {
      lock.unlock();
    }
  }
}
