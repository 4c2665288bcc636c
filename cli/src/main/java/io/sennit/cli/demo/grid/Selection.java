package io.sennit.cli.demo.grid;

import io.sennit.cli.UsageException;
import io.sennit.cli.demo.Bounds;
import io.sennit.cli.demo.Screen;
import io.sennit.cli.demo.Terms;
import io.sennit.cli.demo.Walk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the tour is about, found before anything is started or written.
 *
 * @param dir the folder
 * @param bounds where the part that is searched ends
 * @param walk the files
 * @param terms words to search for
 * @param began when the walk began
 */
record Selection(Path dir, Bounds bounds, Walk walk, List<String> terms, Instant began) {
  private static final int TERMS = 6;

  /**
   * Looks for files and words.
   *
   * @throws UsageException if there is nothing to search: why, and what to do
   */
  static Selection of(Path dir, Bounds bounds, Screen screen) {
    screen.status("  looking for files");
    var began = Instant.now();
    Walk walk;
    try {
      walk = Walk.of(dir, bounds);
    } catch (IOException e) {
      throw new UsageException(
          "%s cannot be read (%s). Choose a folder that you may list.".formatted(dir, e));
    }
    if (walk.files().isEmpty()) {
      throw new UsageException(
          "nothing to search under %s: no text file%s. Choose a folder with texts in it."
              .formatted(dir, walk.skipped().isEmpty() ? "" : ", passed by " + reasons(walk)));
    }
    var selection = new Selection(dir, bounds, walk, Terms.choose(walk.files(), TERMS), began);
    if (selection.terms().isEmpty()) {
      throw selection.noWords();
    }
    walk.end()
        .ifPresent(
            end ->
                screen.line(
                    "  a part of it: the first %,d files, %.1f MB; from %s on nothing is searched"
                        .formatted(walk.files().size(), walk.bytes() / 1e6, end)));
    return selection;
  }

  private static Map<String, Long> reasons(Walk walk) {
    return walk.skipped().values().stream()
        .collect(Collectors.groupingBy(why -> why, TreeMap::new, Collectors.counting()));
  }

  UsageException noWords() {
    return new UsageException(
        "no words to search for in the files under %s. Choose a folder with texts in it."
            .formatted(dir));
  }

  Result.Searched searched() {
    return new Result.Searched(
        walk.end().isEmpty(),
        walk.files().size(),
        walk.bytes(),
        walk.end().map(Path::toString).orElse(""));
  }
}
