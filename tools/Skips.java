import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * No test is skipped in silence: {@code Skips ROOT ALLOWED}. Reads every surefire and failsafe
 * report below ROOT, fails for a skipped test that the file ALLOWED does not list (one {@code
 * Class.method} a line, then white space and the reason), and ends with the sum of all tests.
 */
class Skips {
  private int tests;
  private int failures;
  private int errors;
  private int skipped;
  private final List<String> silent = new ArrayList<>();
  private final Set<String> unused;
  private final Set<String> allowed;

  Skips(Set<String> allowed) {
    this.allowed = allowed;
    this.unused = new TreeSet<>(allowed);
  }

  static void main(String[] args) throws Exception {
    var run = new Skips(allowed(Path.of(args[1])));
    for (var report : reports(Path.of(args[0]))) {
      run.read(report);
    }
    System.exit(run.close());
  }

  private static Set<String> allowed(Path file) throws IOException {
    var names = new TreeSet<String>();
    if (Files.exists(file)) {
      for (var line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          names.add(line.strip().split("\\s+", 2)[0]);
        }
      }
    }
    return names;
  }

  private static List<Path> reports(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(p -> p.toString().matches(".*/(surefire|failsafe)-reports/TEST-.*\\.xml"))
          .sorted()
          .toList();
    }
  }

  private void read(Path report) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    var suite = factory.newDocumentBuilder().parse(report.toFile()).getDocumentElement();
    tests += number(suite, "tests");
    failures += number(suite, "failures");
    errors += number(suite, "errors");
    skipped += number(suite, "skipped");
    var cases = suite.getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      var test = (Element) cases.item(i);
      if (test.getElementsByTagName("skipped").getLength() > 0) {
        var name =
            test.getAttribute("classname") + "." + test.getAttribute("name").split("[({\\[]")[0];
        unused.remove(name);
        if (!allowed.contains(name)) {
          silent.add(name);
        }
      }
    }
  }

  private int close() {
    silent.forEach(name -> System.out.println("SKIPPED and not listed: " + name));
    unused.forEach(name -> System.out.println("listed but not skipped: " + name));
    if (tests == 0) {
      System.out.println("no test reports found");
    }
    System.out.printf(
        "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d%n", tests, failures, errors, skipped);
    return silent.isEmpty() && tests > 0 && failures + errors == 0 ? 0 : 1;
  }

  private static int number(Element suite, String attribute) {
    var text = suite.getAttribute(attribute);
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }
}
