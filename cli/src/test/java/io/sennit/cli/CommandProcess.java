package io.sennit.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own, with a run directory and an environment of its own. */
public final class CommandProcess implements AutoCloseable {
  /** What a command said and how it ended. */
  public record Result(int exit, String out, String err) {}

  private final Process process;
  private final BufferedReader out;
  private final Path err;

  private CommandProcess(Process process, Path err) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.err = err;
  }

  /** Starts one whose output is read here. */
  public static CommandProcess start(
      Path folder, Map<String, String> environment, String... arguments) throws IOException {
    return start(folder, environment, ProcessBuilder.Redirect.PIPE, arguments);
  }

  /** Starts one whose output goes elsewhere. */
  static CommandProcess start(
      Path folder,
      Map<String, String> environment,
      ProcessBuilder.Redirect output,
      String... arguments)
      throws IOException {
    var command = MainJvm.command(List.of("-Xmx128m"), List.of(arguments));
    var err = Files.createTempFile(folder, "err", ".txt");
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectError(err.toFile()).redirectOutput(output);
    builder.environment().keySet().removeIf(name -> name.startsWith("SENNIT_"));
    builder.environment().put("SENNIT_RUN_DIR", folder.resolve("run").toString());
    builder.environment().putAll(environment);
    return new CommandProcess(MainJvm.bounded(builder.start()), err);
  }

  /** A command that ends by itself. */
  public static Result run(Path folder, Map<String, String> environment, String... arguments)
      throws Exception {
    try (var command = start(folder, environment, arguments)) {
      var said = command.rest();
      return new Result(command.exit(), said, command.errors());
    }
  }

  public Process process() {
    return process;
  }

  public String line() throws IOException {
    var line = out.readLine();
    if (line == null) {
      throw new IOException("it ended: " + errors());
    }
    return line;
  }

  public String rest() throws IOException {
    var all = new StringBuilder();
    for (var line = out.readLine(); line != null; line = out.readLine()) {
      all.append(line).append('\n');
    }
    return all.toString();
  }

  public String errors() throws IOException {
    return Files.readString(err);
  }

  public int exit() throws Exception {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("it goes on");
    }
    return process.exitValue();
  }

  public void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
        .redirectOutput(new File("/dev/null"))
        .start()
        .waitFor(5, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
