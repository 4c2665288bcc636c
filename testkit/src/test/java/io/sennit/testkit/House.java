package io.sennit.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The whole house as files; tests run in their module's folder, one below the top. */
final class House {
  static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  /** Rooms that others fill, side by side: each has marked blocks in the files that all share. */
  static final List<String> TO_COME =
      List.of("mesh", "shards", "session", "causal", "session-grpc", "zookeeper", "admin");

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  private House() {}

  static String read(String file) throws IOException {
    return Files.readString(TOP.resolve(file));
  }

  /** The modules of the parent pom, those of the long profile too. */
  static List<String> modules() throws IOException {
    return MODULE.matcher(read("pom.xml")).results().map(m -> m.group(1)).toList();
  }

  /** The Java sources below a folder. */
  static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
  }
}
