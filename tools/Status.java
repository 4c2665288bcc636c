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
 * Writes the table of each strand's page, docs/status/STRAND.md, from its checklist and the tests
 * that name its rows: {@code Status ROOT}. What stands above the line {@code <!-- rows -->} is
 * kept. {@code Status ROOT check} writes nothing; it names the pages that are not current and ends
 * with 1.
 */
public final class Status {
  private Status() {}

  private static final String MARK = "<!-- rows -->";
  private static final Pattern ROW = Pattern.compile("@Row\\(([^)]*)\\)", Pattern.DOTALL);
  private static final Pattern TEXT = Pattern.compile("\"([^\"]+)\"");
  private static final Pattern METHOD = Pattern.compile("\\bvoid (\\w+)\\(|\\bclass (\\w+)");

  public static void main(String... args) throws IOException {
    var root = Path.of(args[0]);
    boolean check = args.length > 1 && args[1].equals("check");
    var shownBy = new TreeMap<String, TreeSet<String>>();
    for (var source : files(root, "Test.java", "IT.java")) {
      scan(source, shownBy);
    }
    int stale = 0;
    for (var list : files(root, "rows.txt")) {
      stale += page(root, list, shownBy, check) ? 0 : 1;
    }
    System.exit(stale == 0 ? 0 : 1);
  }

  /** One strand's page; false if it is not current, which only a check leaves it. */
  private static boolean page(
      Path root, Path list, Map<String, TreeSet<String>> shownBy, boolean check)
      throws IOException {
    var strand = strand(list);
    var page = root.resolve("docs/status/" + strand + ".md");
    var text =
        Files.exists(page) ? Files.readString(page) : "# Status of " + strand + "\n\n" + MARK;
    if (!text.contains(MARK)) {
      System.err.println(page + ": no line " + MARK);
      return false;
    }
    var kept = text.substring(0, text.indexOf(MARK) + MARK.length());
    var current = kept + "\n" + table(strand, list, shownBy);
    if (current.equals(text)) {
      return true;
    }
    if (check) {
      System.err.println(page + " is not current: run java tools/Status.java " + root);
      return false;
    }
    Files.createDirectories(page.getParent());
    Files.writeString(page, current);
    return true;
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

  private static String table(String strand, Path list, Map<String, TreeSet<String>> shownBy)
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
    var out = new StringBuilder();
    out.append("\n## %s: %d of %d rows done\n\n".formatted(strand, done, lines.size()));
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
    return out.toString();
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
