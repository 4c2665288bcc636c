package io.sennit.sim.rig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What JVM to start. Made with {@link #of}, changed by its {@code with} methods, each of which
 * gives a new one.
 *
 * @param name for logs and messages, and its files
 * @param mainClass what to run
 * @param classPath where from
 * @param jvmArgs for the JVM, before the main class
 * @param args for the program
 * @param properties system properties
 * @param env added to the environment
 */
public record JvmSpec(
    String name,
    String mainClass,
    String classPath,
    List<String> jvmArgs,
    List<String> args,
    Map<String, String> properties,
    Map<String, String> env) {

  /** Copies everything. */
  public JvmSpec {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException("a name of 1 to 64 of A-Z a-z 0-9 . _ - : " + name);
    }
    jvmArgs = List.copyOf(jvmArgs);
    args = List.copyOf(args);
    properties = Map.copyOf(properties);
    env = Map.copyOf(env);
  }

  /** This process's class path, 256 MiB of heap, native access allowed, {@code Unsafe} denied. */
  public static JvmSpec of(String name, String mainClass) {
    return new JvmSpec(
        name,
        mainClass,
        System.getProperty("java.class.path"),
        List.of(
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=deny"),
        List.of(),
        Map.of(),
        Map.of());
  }

  /** With the program's arguments. */
  public JvmSpec withArgs(String... of) {
    return new JvmSpec(name, mainClass, classPath, jvmArgs, List.of(of), properties, env);
  }

  /** With more arguments for the JVM; of two that contradict each other the later one counts. */
  public JvmSpec withJvmArgs(String... more) {
    var all = new ArrayList<>(jvmArgs);
    all.addAll(List.of(more));
    return new JvmSpec(name, mainClass, classPath, all, args, properties, env);
  }

  /** With one more system property. */
  public JvmSpec withProperty(String key, String value) {
    var all = new LinkedHashMap<>(properties);
    all.put(key, value);
    return new JvmSpec(name, mainClass, classPath, jvmArgs, args, all, env);
  }

  /** With one more variable of the environment. */
  public JvmSpec withEnv(String key, String value) {
    var all = new LinkedHashMap<>(env);
    all.put(key, value);
    return new JvmSpec(name, mainClass, classPath, jvmArgs, args, properties, all);
  }

  /** With another class path. */
  public JvmSpec withClassPath(String path) {
    return new JvmSpec(name, mainClass, path, jvmArgs, args, properties, env);
  }

  List<String> command() {
    var java =
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString());
    var command = new ArrayList<String>();
    command.add(java);
    command.addAll(jvmArgs);
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(args);
    return command;
  }
}
