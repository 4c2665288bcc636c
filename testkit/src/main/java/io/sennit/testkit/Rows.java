package io.sennit.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A strand's checklist held against its tests. The list is a class-path resource of lines {@code id
 * | state | text}; the state is {@code done} or {@code next}; empty lines and lines from {@code #}
 * on are comments. A done row needs a test with {@link Row}; a test may name known rows only.
 */
public final class Rows {
  private final Map<String, String> states = new LinkedHashMap<>();
  private final Map<String, Set<String>> shownBy = new TreeMap<>();

  private Rows() {}

  /**
   * Reads a list and finds the tests of a package and those below it.
   *
   * @param list resource name, for example {@code /grid/rows.txt}, beside {@code anchor}
   * @param anchor a class whose loader and package are searched
   */
  public static Rows of(String list, Class<?> anchor) {
    var rows = new Rows();
    rows.read(list, anchor);
    rows.scan(anchor.getPackageName());
    return rows;
  }

  /**
   * Checks and prints the counts.
   *
   * @throws AssertionError naming every row or test that breaks the rule
   */
  public void check() {
    var problems = problems();
    System.out.println(summary()); // a test's report, not a library's
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join(System.lineSeparator(), problems));
    }
  }

  /** What breaks the rule; empty when nothing does. */
  public List<String> problems() {
    var problems = new ArrayList<String>();
    states.forEach(
        (id, state) -> {
          if (state.equals("done") && !shownBy.containsKey(id)) {
            problems.add("row " + id + " is done, but no test shows it");
          }
        });
    shownBy.forEach(
        (id, tests) -> {
          if (!states.containsKey(id)) {
            problems.add("no row " + id + ", named by " + String.join(", ", tests));
          }
        });
    return problems;
  }

  /** One line of counts. */
  public String summary() {
    long done = states.values().stream().filter("done"::equals).count();
    return "rows: " + done + " done, " + (states.size() - done) + " next, of " + states.size();
  }

  private void read(String list, Class<?> anchor) {
    try (var in = anchor.getResourceAsStream(list)) {
      if (in == null) {
        throw new AssertionError("no resource " + list + " beside " + anchor.getName());
      }
      int number = 0;
      for (var line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        number++;
        if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
          add(list + ":" + number, line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(String place, String line) {
    var parts = line.split("\\|", 3);
    if (parts.length != 3 || parts[2].isBlank()) {
      throw new AssertionError(place + ": not `id | state | text`: " + line);
    }
    var id = parts[0].strip();
    var state = parts[1].strip();
    if (!state.equals("done") && !state.equals("next")) {
      throw new AssertionError(place + ": the state is done or next, not " + state);
    }
    if (states.put(id, state) != null) {
      throw new AssertionError(place + ": row " + id + " comes twice");
    }
  }

  private void scan(String testPackage) {
    for (var type : new ClassFileImporter().importPackages(testPackage)) {
      type.tryGetAnnotationOfType(Row.class.getName()).ifPresent(row -> show(row, type.getName()));
      for (var method : type.getMethods()) {
        method
            .tryGetAnnotationOfType(Row.class.getName())
            .ifPresent(row -> show(row, type.getSimpleName() + "." + method.getName()));
      }
    }
  }

  private void show(JavaAnnotation<?> row, String test) {
    for (var id : (Object[]) row.getProperties().getOrDefault("value", new Object[0])) {
      shownBy.computeIfAbsent(id.toString(), key -> new TreeSet<>()).add(test);
    }
  }
}
