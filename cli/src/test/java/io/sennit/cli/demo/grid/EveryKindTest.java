package io.sennit.cli.demo.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.cli.demo.Bounds;
import io.sennit.cli.demo.Grep;
import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Rules;
import io.sennit.cli.demo.Walk;
import io.sennit.cli.demo.grid.Contracts.Count;
import io.sennit.cli.demo.grid.Contracts.FileRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The workers' side and the plain scan apply one rule to whatever a folder holds (field F6): the
 * demo used to fail its own checks on photos, on lines over 1 MiB and on names that are not UTF-8.
 */
class EveryKindTest {
  private static final List<String> TERMS = List.of("common", "é", "alpha", "\ud83d\ude00", "x");

  @TempDir Path dir;

  private static SearchIndex index(Walk walk) {
    var index = new SearchIndex();
    walk.files()
        .forEach(
            f -> index.add(new FileRef(f.path().toString(), f.bytes(), f.stamp().modifiedNs())));
    index.filled();
    return index;
  }

  private static Map<String, String> verdicts(Walk walk, SearchIndex index) {
    var all = new TreeMap<>(walk.skipped());
    walk.files().forEach(f -> all.put(f.path().toString(), EveryKind.TEXT));
    index.changed().forEach(path -> all.put(path, Rules.CHANGED));
    all.putAll(index.progress(true).skipped());
    return all;
  }

  private static Map<String, String> verdicts(PlainScan plain) {
    var all = new TreeMap<>(plain.skipped());
    plain.files().forEach(f -> all.put(f, EveryKind.TEXT));
    return all;
  }

  private static void sameAnswers(Walk walk, SearchIndex index, PlainScan plain, List<String> of) {
    var expected = new Expected(plain, of, List.of(walk.files()));
    for (var term : of) {
      var right = plain.total(term, p -> true);
      assertThat(index.count(term)).isEqualTo(new Count(right.files(), right.lines(), 0));
      var tally = new LineTally();
      index.lines(term, 0, tally::take);
      assertThat(tally.doubled()).isZero();
      assertThat(tally.missing(expected, plain.files(), term, 1)).isZero();
      assertThat(tally.right(expected, plain.files(), term, 1)).as(term).isEqualTo(right.files());
      Grep.lines(term, plain.files())
          .ifPresent(n -> assertThat(n).as("grep " + term).isEqualTo(right.lines()));
    }
    assertThat(index.progress(true).lines()).isEqualTo(plain.lines());
  }

  @Test
  void bothSidesSayOfEachFileWhatTheRulesSay() throws Exception {
    var rules = new TreeMap<>(EveryKind.in(dir));
    var walk = Walk.of(dir);
    var index = index(walk);
    var plain = PlainScan.of(dir.toFile(), TERMS);
    assertThat(verdicts(plain)).as("the plain scan").isEqualTo(rules);
    assertThat(verdicts(walk, index)).as("the workers").isEqualTo(rules);
    assertThat(index.progress(true).inPlace()).isEqualTo(1);
    sameAnswers(walk, index, plain, TERMS);
  }

  @Test
  void bothSidesAgreeOnRandomBytes() throws IOException {
    byte[][] pieces = {
      {'\n'},
      {'\r', '\n'},
      {'\r'},
      {0},
      {(byte) 0xc3, (byte) 0xa9},
      {(byte) 0xc3},
      {(byte) 0x80},
      {(byte) 0xf0, (byte) 0x9f, (byte) 0x98, (byte) 0x80},
      {'c', 'o', 'm', 'm', 'o', 'n'},
      {' '},
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
      new byte[1000],
      new byte[400_000],
      {}
    };
    Arrays.fill(pieces[11], (byte) 'x');
    Arrays.fill(pieces[12], (byte) 'y');
    var random = new Random(7);
    for (int file = 0; file < 300; file++) {
      int kinds = 1 + random.nextInt(pieces.length); // some files of few kinds, some of all
      var path = Files.createFile(dir.resolve("f" + file));
      try (var out = Files.newOutputStream(path)) {
        for (int left = random.nextInt(40); left > 0; left--) {
          out.write(pieces[random.nextInt(3) == 0 ? 8 : random.nextInt(kinds)]);
        }
      }
    }
    var walk = Walk.of(dir);
    var index = index(walk);
    var plain = PlainScan.of(dir.toFile(), TERMS);
    assertThat(verdicts(walk, index)).isEqualTo(verdicts(plain));
    sameAnswers(walk, index, plain, TERMS);
    assertThat(plain.files()).hasSizeGreaterThan(20);
    assertThat(plain.skipped().values())
        .contains(Rules.BINARY, Rules.NOT_UTF8, Rules.EMPTY, Rules.LONG_LINE);
  }

  @Test
  void bothSidesTakeTheSamePart() throws Exception {
    EveryKind.in(dir);
    var ends = new TreeSet<String>();
    for (int most = 0; most < 45; most += 3) {
      for (var bounds :
          List.of(
              new Bounds(most, Long.MAX_VALUE, 1000),
              new Bounds(1000, most * 2000L, 1000),
              new Bounds(1000, Long.MAX_VALUE, most))) {
        var walk = Walk.of(dir, bounds);
        var plain = PlainScan.of(dir.toFile(), TERMS, bounds);
        assertThat(plain.end()).isEqualTo(walk.end().map(Path::toString).orElse(""));
        var index = index(walk);
        assertThat(verdicts(walk, index)).as(bounds.toString()).isEqualTo(verdicts(plain));
        assertThat(walk.files().size()).isLessThanOrEqualTo(bounds.files());
        ends.add(plain.end());
      }
    }
    assertThat(ends).hasSizeGreaterThan(10);
  }

  @Test
  void whatChangedIsTakenOutOnBothSides() throws Exception {
    var began = Instant.now();
    for (var name : List.of("grows", "shrinks", "vanishes", "touched", "stays")) {
      Files.writeString(dir.resolve(name), "common " + name + "\n");
    }
    var walk = Walk.of(dir);
    Files.writeString(dir.resolve("grows"), "common\n", StandardOpenOption.APPEND);
    Files.writeString(dir.resolve("shrinks"), "common\n");
    Files.delete(dir.resolve("vanishes"));
    Files.setLastModifiedTime(dir.resolve("touched"), FileTime.fromMillis(1000));
    Files.writeString(dir.resolve("appears"), "common\n");
    var index = index(walk);
    var plain = PlainScan.of(dir.toFile(), TERMS);
    var agreement =
        new Agreement(walk, index.progress(true).skipped(), index.changed(), plain, began);
    assertThat(agreement.faults()).isEmpty();
    assertThat(agreement.passedBy()).isEqualTo(Map.of(Rules.CHANGED, 5));
    var expected = new Expected(plain, TERMS, List.of(walk.files()));
    expected.takeOut(agreement.changed());
    index.forget(List.copyOf(expected.changed(0)));
    assertThat(expected.all("common")).isEqualTo(new PlainScan.Total(1, 1));
    assertThat(index.count("common")).isEqualTo(new Count(1, 1, expected.changedCount(0)));
  }

  @Test
  void aLargeFileThatIsCutShortIsLeftOut() throws Exception {
    Files.writeString(dir.resolve("small"), "common\n");
    var large = dir.resolve("large");
    Files.writeString(large, "common and more of it\n".repeat((33 << 20) / 22 + 1));
    var walk = Walk.of(dir);
    var index = index(walk);
    var plain = PlainScan.of(dir.toFile(), TERMS);
    var expected = new Expected(plain, TERMS, List.of(walk.files()));
    assertThat(index.count("common").files()).isEqualTo(2);
    try (var file = Files.newByteChannel(large, StandardOpenOption.WRITE)) {
      file.truncate(100);
    }
    assertThat(index.count("common")).isEqualTo(new Count(1, 1, 1));
    expected.takeOutIfChanged(0, index.changed());
    assertThat(expected.changed(0)).containsExactly(large.toRealPath().toString());
    assertThat(expected.all("common")).isEqualTo(new PlainScan.Total(1, 1));
  }

  @Test
  void aWorkerThatOnlySaysSoIsNotBelieved() throws Exception {
    Files.writeString(dir.resolve("same"), "common\n");
    var same = dir.toRealPath().resolve("same").toString();
    var later = Instant.now().plusSeconds(3600); // nothing here was written since
    var walk = Walk.of(dir);
    var plain = PlainScan.of(dir.toFile(), TERMS);
    var expected = new Expected(plain, TERMS, List.of(walk.files()));
    expected.takeOutIfChanged(0, List.of(same));
    assertThat(expected.changed(0)).isEmpty();
    assertThat(new Agreement(walk, Map.of(), List.of(same), plain, later).faults()).hasSize(1);
    var skipped = Map.of(same, Rules.NOT_UTF8);
    assertThat(new Agreement(walk, skipped, List.of(), plain, later).faults()).hasSize(1);
    assertThat(new Agreement(walk, Map.of(), List.of(), plain, later).faults()).isEmpty();
    Files.writeString(dir.resolve("unseen"), "common\n");
    assertThat(new Agreement(Walk.of(dir), Map.of(), List.of(), plain, later).faults()).hasSize(1);
  }
}
