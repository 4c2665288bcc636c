package io.sennit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps people who build rooms side by side out of each other's way. */
class RoomsTest {
  private static final Pattern EXPORT = Pattern.compile("exports (\\S+);");

  /** The rooms that every strand is read beside. */
  private static final List<String> GROUND = List.of("core", "net", "sim", "store", "grid", "node");

  private static final Pattern INSIDE =
      Pattern.compile(
          "(?m)^ +(public )?(?:(?:static|final|abstract|sealed|non-sealed) )*"
              + "(?:class|interface|record|enum) (\\w+)");

  /** Public parts of another type, always written after its name: {@code Framing.Output}. */
  private static final Set<String> RIGHTLY_TWICE = Set.of("Node", "Output", "State");

  @Test
  void everyModuleIsARoomOfTheHouse() throws Exception {
    assertThat(House.modules()).contains("core", "stress", "bench").doesNotHaveDuplicates();
    for (var module : House.modules()) {
      if (!module.equals("bom")) { // no code in it
        assertThat(HouseRules.rooms()).contains(module.replace('-', '.'));
      }
    }
    for (var room : House.TO_COME) {
      assertThat(HouseRules.rooms()).contains(room.replace('-', '.'));
    }
  }

  /** A block is laid once a list, begins before it ends, and holds no block of another room. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "pom.xml",
        "bom/pom.xml",
        "node/pom.xml",
        "cli/pom.xml",
        "bench/pom.xml",
        "bench/runner/pom.xml",
        "fuzz/pom.xml",
        "sennit",
        "node/src/main/java/module-info.java",
        "node/src/main/java/io/sennit/node/Node.java",
        "node/src/main/java/io/sennit/node/NodeBuilder.java",
        "docs/status.md",
        "docs/promises.md",
        "docs/configuration.md"
      })
  void everyRoomHasItsBlockInFilesThatAllShare(String file) throws Exception {
    var text = House.read(file);
    var open = new ArrayList<String>();
    for (var line : text.lines().map(String::strip).toList()) {
      var word = line.replaceFirst("^(<!--|#|//) ", "").replaceFirst(" -->$", "");
      if (word.matches("begin [a-z-]+") && !line.equals(word)) {
        assertThat(open).as(file + ": " + line).isEmpty();
        open.add(word.substring("begin ".length()));
      } else if (word.matches("end [a-z-]+") && !line.equals(word)) {
        assertThat(open).as(file + ": " + line).containsExactly(word.substring("end ".length()));
        open.clear();
      }
    }
    assertThat(open).as(file).isEmpty();
    for (var room : House.TO_COME) {
      assertThat(text).as(file).containsPattern("(?m)^ *(<!--|#|//) begin " + room + "( -->)?$");
    }
  }

  /**
   * {@code -DskipTests} ran every integration test: failsafe has a property of its own, and
   * programs that are run as tests have none.
   */
  @Test
  void skippedTestsAreAllSkipped() throws Exception {
    assertThat(House.read("pom.xml"))
        .contains("<skipTests>false</skipTests>", "<skipITs>${skipTests}</skipITs>");
    for (var judge : new String[] {"stress/pom.xml", "conformance/pom.xml"}) {
      assertThat(House.read(judge)).as(judge).contains("<skip>${skipTests}</skip>");
    }
  }

  /** Under {@code import module} two types of one simple name hide each other. */
  @Test
  void noSimpleNameIsExportedTwice() throws Exception {
    var bearers = new ArrayList<String>();
    for (var module : House.modules()) {
      var main = House.TOP.resolve(module).resolve("src/main/java");
      var descriptor = main.resolve("module-info.java").toFile();
      if (!descriptor.exists()) {
        continue; // an application
      }
      var exported =
          EXPORT
              .matcher(House.read(module + "/src/main/java/module-info.java"))
              .results()
              .map(m -> m.group(1))
              .toList();
      assertThat(exported.isEmpty() && !module.equals("net")).as(module).isFalse();
      for (var source : House.sources(main)) {
        var name = source.getFileName().toString().replace(".java", "");
        var owner = main.relativize(source.getParent()).toString().replace('/', '.');
        var text = java.nio.file.Files.readString(source);
        var declared = "(?m)^public .*\\b(class|record|interface|enum) " + name + "\\b";
        if (exported.contains(owner) && Pattern.compile(declared).matcher(text).find()) {
          bearers.add(owner + "." + name);
        }
      }
    }
    assertThat(bearers).hasSizeGreaterThan(100);
    var twice =
        bearers.stream()
            .collect(Collectors.groupingBy(n -> n.substring(n.lastIndexOf('.') + 1)))
            .values()
            .stream()
            .filter(same -> same.size() > 1)
            .toList();
    assertThat(twice).as("names that `import module` would find twice").isEmpty();
  }

  /**
   * A type of one of these rooms is found under its simple name, and a type that another shows
   * inside of one of its own is not called the same.
   */
  @Test
  void noTwoRoomsNameTheirTypesAlike() throws Exception {
    var top = new TreeMap<String, List<String>>();
    var shown = new TreeMap<String, List<String>>();
    for (var room : GROUND) {
      for (var source : House.sources(House.TOP.resolve(room).resolve("src/main/java"))) {
        var name = source.getFileName().toString().replace(".java", "");
        if (name.endsWith("-info")) {
          continue;
        }
        top.computeIfAbsent(name, n -> new ArrayList<>()).add(room);
        var text = java.nio.file.Files.readString(source);
        boolean all = text.contains("interface " + name); // what is inside is public
        INSIDE
            .matcher(text)
            .results()
            .filter(found -> all || found.group(1) != null)
            .map(found -> found.group(2))
            .forEach(inside -> shown.computeIfAbsent(inside, n -> new ArrayList<>()).add(room));
      }
    }
    assertThat(top).hasSizeGreaterThan(300);
    assertThat(shown).hasSizeGreaterThan(40);
    var twins = new TreeMap<String, List<String>>();
    top.forEach(
        (name, rooms) -> {
          var all = new ArrayList<>(rooms);
          for (var other : shown.getOrDefault(name, List.of())) {
            if (!rooms.contains(other)) {
              all.add(other);
            }
          }
          if (all.size() > 1 && !RIGHTLY_TWICE.contains(name)) {
            twins.put(name, all);
          }
        });
    assertThat(twins).as("names that mean two things").isEmpty();
  }
}
