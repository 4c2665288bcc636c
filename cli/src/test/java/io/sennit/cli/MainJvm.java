package io.sennit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line in a JVM of its own, as the script starts it. */
public final class MainJvm {
  private static final int LONGEST_SECONDS = 100;

  private MainJvm() {}

  /** The command: flags of the JVM, then arguments of the program. */
  public static List<String> command(List<String> flags, List<String> arguments)
      throws IOException {
    var command = new ArrayList<>(interruptible());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "io.sennit.cli.Main"));
    command.addAll(arguments);
    return command;
  }

  /** Ends it after a while: nobody could interrupt a test that reads what it says. */
  public static Process bounded(Process process) {
    process
        .onExit()
        .orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS)
        .exceptionally(
            late -> {
              process.destroyForcibly();
              return process;
            });
    return process;
  }

  /**
   * A build in the background may have been started with Ctrl-C ignored, which a JVM inherits; the
   * command is to hear it all the same.
   */
  private static List<String> interruptible() throws IOException {
    var inherited = Path.of("/proc/self/status");
    if (!Files.exists(inherited)) {
      return List.of();
    }
    var ignored = 0L;
    for (var line : Files.readAllLines(inherited)) {
      if (line.startsWith("SigIgn:")) {
        ignored = Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
      }
    }
    var interrupt = 1L << 1; // signal 2
    return (ignored & interrupt) == 0 ? List.of() : List.of("env", "--default-signal=INT");
  }
}
