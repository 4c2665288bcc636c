package io.sennit.cli.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a worker's JVM is started: as {@code ./sennit} starts commands that stay, with the whole
 * compiler and a collector for servers, but small and silent. The collector is the parallel one: G1
 * gives each array over half a megabyte regions of its own, and the index holds many of those.
 */
final class WorkerFlags {
  private static final List<String> ALWAYS =
      List.of(
          "-Xmx" + (Limits.WORKER_HEAP >> 20) + "m",
          "-Xms32m",
          "-XX:+UseParallelGC",
          "-XX:-UsePerfData",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xlog:disable");

  /** The property that names an archive of loaded classes, which halves the time to be ready. */
  private static final String ARCHIVE = "sennit.archive";

  private WorkerFlags() {}

  static List<String> all() {
    var archive = System.getProperty(ARCHIVE, "");
    if (archive.isEmpty() || !Files.exists(Path.of(archive))) {
      return ALWAYS;
    }
    var flags = new ArrayList<String>(ALWAYS);
    flags.add("-XX:SharedArchiveFile=" + archive);
    return flags;
  }
}
