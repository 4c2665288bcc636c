package io.sennit.cli.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a worker's JVM is started: small, quick to be ready, silent. */
final class WorkerFlags {
  /** A quarter of a gigabyte is the promise; the first compiler alone is ready soonest. */
  private static final List<String> ALWAYS =
      List.of(
          "-Xmx256m",
          "-Xms32m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
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
