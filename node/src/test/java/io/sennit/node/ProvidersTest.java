package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A class path and a module path find the same strands. */
class ProvidersTest {
  private static final Pattern PROVIDES =
      Pattern.compile("provides io\\.sennit\\.node\\.Strand with([^;]+);");

  @Test
  void theModuleProvidesWhatTheServiceFileNames() throws Exception {
    var descriptor = Files.readString(Path.of("src", "main", "java", "module-info.java"));
    var provided = PROVIDES.matcher(descriptor.replaceAll("//.*", ""));
    assertThat(provided.find()).isTrue();
    var named =
        Files.readString(
            Path.of("src", "main", "resources", "META-INF", "services", "io.sennit.node.Strand"));
    assertThat(Arrays.stream(provided.group(1).split(",")).map(String::strip))
        .contains("io.sennit.node.GridStrand")
        .containsExactlyInAnyOrderElementsOf(named.strip().lines().map(String::strip).toList());
  }
}
