import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs google-java-format over every Java source: {@code Format check|apply JAR ROOT}. */
class Format {
  private static final List<String> PACKAGES =
      List.of("api", "code", "file", "main", "parser", "tree", "util");

  static void main(String[] args) throws IOException, InterruptedException {
    boolean check = args[0].equals("check");
    var root = Path.of(args[2]);
    var list = Files.createTempFile("format", ".txt");
    try {
      Files.write(list, sources(root));
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
      System.exit(code);
    } finally {
      Files.deleteIfExists(list);
    }
  }

  private static List<String> sources(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(p -> p.toString().endsWith(".java"))
          .filter(p -> !p.toString().contains("/target/") && !p.toString().contains("/.git/"))
          .map(Path::toString)
          .sorted()
          .toList();
    }
  }
}
