import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format: {@code Format check JAR ROOT} looks at every Java source, {@code Format
 * apply JAR ROOT} writes those that have changed since it last ran.
 */
class Format {
  private static final List<String> PACKAGES =
      List.of("api", "code", "file", "main", "parser", "tree", "util");

  static void main(String[] args) throws IOException, InterruptedException {
    boolean check = args[0].equals("check");
    var root = Path.of(args[2]);
    var stamp = Path.of(args[1]).resolveSibling("formatted");
    var began = FileTime.from(Instant.now());
    var sources = check ? sources(root, FileTime.fromMillis(0)) : sources(root, since(stamp));
    if (sources.isEmpty()) {
      return;
    }
    var list = Files.createTempFile("format", ".txt");
    try {
      Files.write(list, sources);
      var command = new ArrayList<String>();
      command.add(ProcessHandle.current().info().command().orElse("java"));
      for (var p : PACKAGES) {
        command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + p + "=ALL-UNNAMED");
      }
      command.addAll(List.of("-jar", args[1]));
      command.addAll(check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
      command.add("@" + list);
      int code = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (code != 0 && check) {
        System.err.println("The files above are not formatted. Run: tools/format");
      }
      if (code == 0 && !check) {
        Files.write(stamp, new byte[0]);
        Files.setLastModifiedTime(stamp, began);
      }
      System.exit(code);
    } finally {
      Files.deleteIfExists(list);
    }
  }

  private static FileTime since(Path stamp) throws IOException {
    return Files.exists(stamp) ? Files.getLastModifiedTime(stamp) : FileTime.fromMillis(0);
  }

  private static List<String> sources(Path root, FileTime since) throws IOException {
    var found = new ArrayList<String>();
    try (Stream<Path> all = Files.walk(root)) {
      for (var p : (Iterable<Path>) all.sorted()::iterator) {
        var name = p.toString();
        if (name.endsWith(".java")
            && !name.contains("/target/")
            && !name.contains("/.git/")
            && Files.getLastModifiedTime(p).compareTo(since) >= 0) {
          found.add(name);
        }
      }
    }
    return found;
  }
}
