package io.sennit.sim.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One process of a rig, from its start to its end. Methods may be called from any thread. */
public final class Jvm {
  private final JvmSpec spec;
  private final Process process;
  private final Lines lines;
  private final Path file;
  private final Consumer<Jvm> ended;

  private Jvm(JvmSpec spec, Process process, Lines lines, Path file, Consumer<Jvm> ended) {
    this.spec = spec;
    this.process = process;
    this.lines = lines;
    this.file = file;
    this.ended = ended;
  }

  static Jvm start(JvmSpec spec, Path file, Consumer<Jvm> ended) {
    try {
      var builder = new ProcessBuilder(spec.command());
      builder.environment().putAll(spec.env());
      builder.environment().remove("JAVA_TOOL_OPTIONS"); // ours are in the spec, and it is chatty
      var process = builder.start();
      var lines = new Lines(file, 2);
      var jvm = new Jvm(spec, process, lines, file, ended);
      reader(spec.name() + "-out", () -> lines.read(process.getInputStream()));
      reader(spec.name() + "-err", () -> lines.read(process.getErrorStream()));
      process.onExit().thenRun(() -> ended.accept(jvm));
      return jvm;
    } catch (IOException e) {
      throw new UncheckedIOException("starting " + spec.name(), e);
    }
  }

  private static void reader(String name, Runnable work) {
    Thread.ofPlatform().daemon().name("sennit-rig-" + name).start(work);
  }

  /** What was started. */
  public JvmSpec spec() {
    return spec;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs; a stopped one does. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its last lines, standard output and error as they came; at most 2000. */
  public List<String> lastLines() {
    return lines.last();
  }

  /** Where all it says is written (up to 64 MiB of each stream); gone with the rig. */
  public Path file() {
    return file;
  }

  /** A mark: the number of its next line, for {@link #awaitLine(String, long, Duration)}. */
  public long mark() {
    return lines.next();
  }

  /** Waits for a line, among those said already and those to come. */
  public MatchResult awaitLine(String regex, Duration within) {
    return awaitLine(regex, 0, within);
  }

  /**
   * Waits for a line in which {@code regex} is found.
   *
   * @param mark only lines from there on count
   * @throws AssertionError with its last lines, if it does not come in time or the process ends
   */
  public MatchResult awaitLine(String regex, long mark, Duration within) {
    try {
      var found = lines.await(Pattern.compile(regex), mark, within.toNanos());
      return found.orElseThrow(
          () ->
              new AssertionError(
                  spec.name()
                      + " did not say /"
                      + regex
                      + "/ within "
                      + within.toMillis()
                      + " ms"
                      + (isAlive() ? "" : ", it ended with " + process.exitValue())
                      + "; its last lines:\n"
                      + tail(50)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for /" + regex + "/", e);
    }
  }

  String tail(int count) {
    var all = lines.last();
    return String.join("\n", all.subList(Math.max(0, all.size() - count), all.size()));
  }

  /** SIGKILL, and waits until it is gone; harmless when it is already. */
  public void kill() {
    process.toHandle().destroyForcibly(); // not Process's own, which closes our end of its output
    awaitExit(Duration.ofSeconds(10));
  }

  /** SIGTERM; returns at once. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** SIGSTOP: it stands still, with its sockets open, until {@link #resume}. */
  public void pause() {
    Signals.send("STOP", pid());
  }

  /** SIGCONT. */
  public void resume() {
    Signals.send("CONT", pid());
  }

  /**
   * Waits for its end and for the end of its output.
   *
   * @return its exit status
   * @throws AssertionError with its last lines, if it is still there then
   */
  public int awaitExit(Duration within) {
    try {
      if (!process.waitFor(within.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError(
            spec.name()
                + " (pid "
                + pid()
                + ") still runs after "
                + within.toMillis()
                + " ms; its last lines:\n"
                + tail(50));
      }
      if (!lines.awaitEnd(5)) {
        lines.add("(its output stays open: a child of its own holds it)");
      }
      ended.accept(this);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the end of " + spec.name(), e);
    }
  }

  /** Its exit status, once it has ended. */
  int status() {
    return process.exitValue();
  }

  @Override
  public String toString() {
    return spec.name() + " (pid " + pid() + ")";
  }
}
