package io.sennit.bench.peers;

import java.util.ArrayList;
import java.util.List;

/**
 * How the virtual machine of every peer is started; nobody gets flags of its own.
 *
 * @param flags in the order of the command line
 */
public record JvmSettings(List<String> flags) {
  /** Heap of the given sizes, G1, Unsafe allowed for all (Netty uses it where it may). */
  public static JvmSettings of(String initialHeap, String heap) {
    return new JvmSettings(
        List.of(
            "-Xms" + initialHeap,
            "-Xmx" + heap,
            "-XX:+UseG1GC",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED"));
  }

  /** The command line of one process. */
  List<String> command(String classPath, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> System.getProperty("java.home") + "/bin/java"));
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath);
    command.add(main);
    command.addAll(List.of(arguments));
    return command;
  }
}
