package io.sennit.cli.demo;

import java.util.List;

/** How a worker's JVM is started: small, quick to be ready, silent. */
final class WorkerFlags {
  /** A quarter of a gigabyte is the promise; the first compiler alone is ready soonest. */
  static final List<String> ALL =
      List.of(
          "-Xmx256m",
          "-Xms32m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+ExitOnOutOfMemoryError");

  private WorkerFlags() {}
}
