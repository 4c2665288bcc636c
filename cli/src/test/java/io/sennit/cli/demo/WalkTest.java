package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk and the plain scan follow the same rules, each by code of its own. */
class WalkTest {
  @TempDir Path dir;

  @BeforeEach
  void oneText() throws IOException {
    Files.writeString(dir.resolve("a.txt"), "alpha\nbeta alpha\r\n\ngamma without end");
  }

  /** What the walk passes by, which must be what the plain scan does. */
  private Map<String, Integer> passedBy() throws IOException {
    var walk = Walk.of(dir);
    var plain = PlainScan.of(dir.toFile(), List.of("alpha"));
    assertThat(walk.files()).extracting(f -> f.path().getFileName().toString()).contains("a.txt");
    assertThat(plain.skipped()).isEqualTo(walk.skipped());
    assertThat(plain.files())
        .isEqualTo(walk.files().stream().map(f -> f.path().toString()).toList());
    return reasons(walk.skipped());
  }

  static Map<String, Integer> reasons(Map<String, String> skipped) {
    var all = new TreeMap<String, Integer>();
    skipped.values().forEach(why -> all.merge(why, 1, Integer::sum));
    return all;
  }

  @Test
  void emptyFiles() throws IOException {
    Files.createFile(dir.resolve("empty"));
    assertThat(passedBy()).containsExactly(Map.entry(Rules.EMPTY, 1));
  }

  @Test
  void binaryFiles() throws IOException {
    Files.write(dir.resolve("b"), new byte[] {'x', 0, 'y'});
    assertThat(passedBy()).containsExactly(Map.entry(Rules.BINARY, 1));
  }

  @Test
  void linkLoops() throws IOException {
    Files.createSymbolicLink(dir.resolve("loop"), dir);
    Files.createSymbolicLink(dir.resolve("nowhere"), dir.resolve("missing"));
    assertThat(passedBy()).containsExactly(Map.entry(Rules.LINK, 2));
  }

  @Test
  void hiddenAndBuildFolders() throws IOException {
    for (var name : List.of(".git", "target")) {
      Files.writeString(Files.createDirectory(dir.resolve(name)).resolve("x"), "alpha");
    }
    assertThat(passedBy()).containsExactly(Map.entry(Rules.FOLDER, 2));
  }

  @Test
  void filesThatAreTooLarge() throws IOException {
    try (var file = new RandomAccessFile(dir.resolve("huge").toFile(), "rw")) {
      file.setLength(Rules.MAX_FILE + 1); // sparse: takes no room
    }
    assertThat(passedBy()).containsExactly(Map.entry(Rules.TOO_LARGE, 1));
  }

  @Test
  void whatIsUnreadable() throws IOException {
    var secret = Files.writeString(dir.resolve("secret"), "alpha");
    assertThat(secret.toFile().setReadable(false, false)).isTrue();
    boolean mayReadAnything = Files.isReadable(secret); // the superuser
    assertThat(passedBy()).isEqualTo(mayReadAnything ? Map.of() : Map.of(Rules.UNREADABLE, 1));
  }

  @Test
  void filesThatAreNotUtf8AreFoundWhenRead() throws IOException {
    Files.write(dir.resolve("latin1"), new byte[] {'a', (byte) 0xe9, '\n'});
    var plain = PlainScan.of(dir.toFile(), List.of("a"));
    assertThat(reasons(plain.skipped())).containsExactly(Map.entry(Rules.NOT_UTF8, 1));
    assertThat(plain.files()).hasSize(1);
  }

  @Test
  void thePlainScanCountsAsGrepDoes() throws IOException {
    var plain = PlainScan.of(dir.toFile(), List.of("alpha", "end", "zeta"));
    assertThat(plain.lines()).isEqualTo(4);
    assertThat(plain.total("alpha", p -> true)).isEqualTo(new PlainScan.Total(1, 2));
    assertThat(plain.total("end", p -> true)).isEqualTo(new PlainScan.Total(1, 1));
    assertThat(plain.total("zeta", p -> true)).isEqualTo(new PlainScan.Total(0, 0));
    Grep.lines("alpha", plain.files()).ifPresent(n -> assertThat(n).isEqualTo(2));
  }

  @Test
  void grepIsAskedInUtf8WhateverTheLocale() throws IOException {
    Files.writeString(dir.resolve("b.txt"), "世界\n界\n");
    var plain = PlainScan.of(dir.toFile(), List.of("世"));
    Grep.lines("世", plain.files()).ifPresent(n -> assertThat(n).isEqualTo(1));
  }
}
