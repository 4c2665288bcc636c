import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the tables of docs/status.md from the strands' checklists and the tests that name their
 * rows: {@code Status ROOT}. What stands above the line {@code <!-- rows -->} is kept.
 */
public final class Status {
  private Status() {}

  private static final String MARK = "<!-- rows -->";
  private static final Pattern ROW = Pattern.compile("@Row\\(([^)]*)\\)", Pattern.DOTALL);
  private static final Pattern TEXT = Pattern.compile("\"([^\"]+)\"");
  private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(|\\bclass (\\w+)");

  public static void main(String... args) throws IOException {
    var root = Path.of(args[0]);
    var shownBy = new TreeMap<String, TreeSet<String>>();
    for (var source : files(root, "Test.java", "IT.java")) {
      scan(source, shownBy);
    }
    var out = new StringBuilder();
    for (var list : files(root, "rows.txt")) {
      table(list, shownBy, out);
    }
    var page = root.resolve("docs/status.md");
    var text = Files.readString(page);
    var kept = text.substring(0, text.indexOf(MARK) + MARK.length());
    Files.writeString(page, kept + "\n" + out);
  }

  private static void scan(Path source, Map<String, TreeSet<String>> shownBy) throws IOException {
    var text = Files.readString(source);
    var file = source.getFileName().toString().replace(".java", "");
    var rows = ROW.matcher(text);
    while (rows.find()) {
      var after = METHOD.matcher(text);
      var name = after.find(rows.end()) ? after.group(1) : null;
      var ids = TEXT.matcher(rows.group(1));
      while (ids.find()) {
        shownBy
            .computeIfAbsent(ids.group(1), id -> new TreeSet<>())
            .add(name == null ? file : file + "#" + name);
      }
    }
  }

  private static void table(Path list, Map<String, TreeSet<String>> shownBy, StringBuilder out)
      throws IOException {
    var lines = new ArrayList<String[]>();
    int done = 0;
    for (var line : Files.readAllLines(list)) {
      var cells = line.replaceFirst("#.*", "").split("\\|", 3);
      if (cells.length == 3) {
        lines.add(cells);
        done += cells[1].strip().equals("done") ? 1 : 0;
      }
    }
    out.append("\n## %s: %d of %d rows done\n\n".formatted(strand(list), done, lines.size()));
    out.append("| row | state | what | shown by |\n|---|---|---|---|\n");
    for (var cells : lines) {
      var id = cells[0].strip();
      var tests = shownBy.getOrDefault(id, new TreeSet<>());
      var few = tests.stream().limit(3).toList();
      out.append(
          "| %s | %s | %s | %s%s |\n"
              .formatted(
                  id,
                  cells[1].strip(),
                  cells[2].strip(),
                  String.join("<br>", few),
                  tests.size() > few.size() ? "<br>and " + (tests.size() - few.size()) : ""));
    }
  }

  private static String strand(Path list) {
    for (var p = list; p.getParent() != null; p = p.getParent()) {
      if (p.endsWith("src")) {
        return p.getParent().getFileName().toString();
      }
    }
    return list.toString();
  }

  private static List<Path> files(Path root, String... endings) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(p -> p.toString().contains("/src/test/"))
          .filter(p -> !p.toString().contains("/testkit/")) // whose lists are examples
          .filter(p -> List.of(endings).stream().anyMatch(e -> p.toString().endsWith(e)))
          .sorted()
          .toList();
    }
  }
}
