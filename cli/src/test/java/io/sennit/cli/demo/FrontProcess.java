package io.sennit.cli.demo;

import io.sennit.cli.MainJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The demo's front in a process of its own, as the script starts it. */
final class FrontProcess implements AutoCloseable {
  private static final Pattern PID = Pattern.compile("pid (\\d+)");

  private final Process process;
  private final BufferedReader out;
  private final List<ProcessHandle> workers = new ArrayList<>();

  FrontProcess(Path errors, String... arguments) throws IOException {
    var all = new ArrayList<>(List.of("demo"));
    all.addAll(List.of(arguments));
    var folder = errors.toAbsolutePath().getParent();
    var command = MainJvm.command(List.of("-Xmx256m", "-Djava.io.tmpdir=" + folder), all);
    var builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().remove("TMPDIR");
    builder.environment().put("SENNIT_RUN_DIR", errors.resolveSibling("run").toString());
    process = MainJvm.bounded(builder.start());
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** A few small texts. */
  static Path texts(Path dir) throws IOException {
    for (int i = 0; i < 20; i++) {
      Files.writeString(
          dir.resolve("text" + i), "common words in every file\nrare" + i + " here\n\nlast\n");
    }
    return dir;
  }

  Process process() {
    return process;
  }

  /** Reads on until a line holds a text; takes note of the workers that are named. */
  String awaitLine(String text) throws IOException {
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      var pids = PID.matcher(line);
      while (pids.find()) {
        ProcessHandle.of(Long.parseLong(pids.group(1))).ifPresent(workers::add);
      }
      if (line.contains(text)) {
        return line;
      }
    }
    throw new IOException("the front ended before it said: " + text);
  }

  /** Everything it still says. */
  String rest() throws IOException {
    var all = new StringBuilder();
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      all.append(line).append('\n');
    }
    return all.toString();
  }

  /** The worker processes named so far that were there. */
  List<ProcessHandle> workers() {
    return workers;
  }

  /** Sends a signal by its name. */
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
        .redirectOutput(new File("/dev/null"))
        .start()
        .waitFor(5, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    workers.forEach(ProcessHandle::destroyForcibly);
  }
}
