package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TermsTest {
  @TempDir Path dir;

  private void allAreFound(String text) throws IOException {
    Files.writeString(dir.resolve("text"), text);
    var terms = Terms.choose(Walk.of(dir).files(), 6);
    assertThat(terms).isNotEmpty().doesNotHaveDuplicates();
    var plain = PlainScan.of(dir.toFile(), terms);
    assertThat(terms).allSatisfy(t -> assertThat(plain.total(t, p -> true).lines()).isPositive());
  }

  @Test
  void anyLanguageHasWords() throws IOException {
    allAreFound("Die Würde des Menschen ist unantastbar.\nSie zu achten\n");
    allAreFound("人人生而自由在尊严和权利上一律平等他们赋有理性和良心并应以兄弟关系的精神互相对待\n");
    allAreFound("a b c\nxy\n");
  }

  @Test
  void noLettersNoWords() throws IOException {
    Files.writeString(dir.resolve("text"), "--- !!! ---\n\n");
    assertThat(Terms.choose(Walk.of(dir).files(), 6)).isEqualTo(List.of());
  }
}
