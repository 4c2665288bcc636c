package io.sennit.cli.demo.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Walk;
import io.sennit.cli.demo.grid.Contracts.Count;
import io.sennit.cli.demo.grid.Contracts.FileRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workers' index and the plain scan, which share no code, agree on generated files. */
class SearchIndexTest {
  private static final String LETTERS = "aab bcé\n\n世";

  @TempDir Path dir;

  private SearchIndex index() throws IOException {
    var index = new SearchIndex();
    for (var file : Walk.of(dir).files()) {
      index.add(new FileRef(file.path().toString(), file.bytes(), file.stamp().modifiedNs()));
    }
    index.filled();
    return index;
  }

  private void agrees(SearchIndex index, List<String> terms) throws IOException {
    var plain = PlainScan.of(dir.toFile(), terms);
    for (var term : terms) {
      var right = plain.total(term, p -> true);
      assertThat(index.count(term)).isEqualTo(new Count(right.files(), right.lines(), 0));
      var tally = new LineTally();
      index.lines(term, 0, tally::take);
      var expected = new Expected(plain, terms, List.of(Walk.of(dir).files()));
      assertThat(tally.doubled()).isZero();
      assertThat(tally.missing(expected, plain.files(), term, 1)).isZero();
      assertThat(tally.right(expected, plain.files(), term, 1)).isEqualTo(right.files());
    }
    assertThat(index.progress(true).lines()).isEqualTo(plain.lines());
  }

  @Test
  void agreesOnRandomText() throws IOException {
    for (long seed = 0; seed < 5; seed++) {
      var random = new Random(seed);
      for (int file = 0; file < 10; file++) {
        var text = new StringBuilder();
        int length = 1 + random.nextInt(12_000);
        random.ints(length, 0, LETTERS.length()).forEach(i -> text.append(LETTERS.charAt(i)));
        Files.writeString(dir.resolve("f" + file), text);
      }
      agrees(index(), List.of("a", "é", "世", "ab", "aab", "abc ba", "é世", "zz", "bcaab"));
    }
  }

  @Test
  void largeFilesAreSearchedWhereTheyLie() throws IOException {
    var line = "the quick brown fox jumps over the lazy dog again and again and again\n";
    var text = line.repeat((33 << 20) / line.length() + 1) + "needle";
    Files.writeString(dir.resolve("large"), text);
    var index = index();
    assertThat(index.progress(true).inPlace()).isEqualTo(1);
    agrees(index, List.of("needle", "lazy dog"));
  }

  @Test
  void whatIsNoTextIsCountedByReason() throws IOException {
    Files.write(dir.resolve("latin1"), new byte[] {'a', (byte) 0xe9, '\n'});
    Files.writeString(dir.resolve("long"), "x".repeat((1 << 20) + 1));
    Files.writeString(dir.resolve("not-long"), "x".repeat(1 << 20));
    Files.write(dir.resolve("cut"), new byte[] {'a', (byte) 0xe4, (byte) 0xb8});
    var index = index();
    var plain = PlainScan.of(dir.toFile(), List.of("x"));
    assertThat(index.progress(true).skipped()).isEqualTo(plain.skipped()).hasSize(3);
    assertThat(index.progress(true).files()).isEqualTo(plain.files().size()).isEqualTo(1);
  }
}
