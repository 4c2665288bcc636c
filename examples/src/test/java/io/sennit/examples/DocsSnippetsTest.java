package io.sennit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The Java in the pages is Java that is compiled and run: a block is preceded by {@code <!--
 * snippet: name -->} and equals the region {@code // snippet: name} to {@code // end} of a source
 * of this module, but for its indentation.
 */
class DocsSnippetsTest {
  private static final Pattern BLOCK =
      Pattern.compile("(<!-- snippet: ([\\w-]+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile(
          "^ *// snippet: ([\\w-]+)\\n(.*?)^ *// end$", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void pagesShowWhatIsCompiledAndRun() throws IOException {
    var regions = regions();
    var problems = new ArrayList<String>();
    int seen = 0;
    for (var page : pages()) {
      var blocks = BLOCK.matcher(Readme.read(page));
      while (blocks.find()) {
        seen++;
        var name = blocks.group(2);
        var code = blocks.group(3).stripTrailing().stripIndent().strip();
        if (name == null) {
          problems.add(
              page.getFileName() + ": a block without a name: " + code.lines().findFirst());
        } else if (!regions.containsKey(name)) {
          problems.add(page.getFileName() + ": no region " + name + " in the examples' sources");
        } else if (!code.equals(regions.get(name))) {
          problems.add(
              page.getFileName() + ": " + name + " is in the sources:\n" + regions.get(name));
        }
      }
    }
    assertThat(problems).isEmpty();
    assertThat(seen).as("blocks found").isPositive();
  }

  @Test
  void everyRegionIsShown() throws IOException {
    var shown = new ArrayList<String>();
    for (var page : pages()) {
      var blocks = BLOCK.matcher(Readme.read(page));
      while (blocks.find()) {
        shown.add(String.valueOf(blocks.group(2)));
      }
    }
    assertThat(shown).containsAll(regions().keySet());
  }

  private static List<Path> pages() throws IOException {
    var pages = new ArrayList<Path>();
    try (var docs = Files.list(Readme.top().resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    var front = Readme.top().resolve("README.md");
    if (Files.exists(front)) {
      pages.add(front);
    }
    return pages;
  }

  private static Map<String, String> regions() throws IOException {
    var regions = new TreeMap<String, String>();
    try (var sources = Files.walk(Readme.top().resolve("examples/src"))) {
      for (var file : sources.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        var found = REGION.matcher(Readme.read(file));
        while (found.find()) {
          var before =
              regions.put(found.group(1), found.group(2).stripTrailing().stripIndent().strip());
          assertThat(before).as("region %s comes twice", found.group(1)).isNull();
        }
      }
    }
    return regions;
  }
}
