package io.sennit.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;

/**
 * Inputs to begin with: a resource of hex, one a line, spaces and all from {@code #} on ignored.
 */
final class Corpus {
  private Corpus() {}

  static List<byte[]> of(String name) {
    try (var in = Corpus.class.getResourceAsStream(name + ".hex")) {
      if (in == null) {
        throw new IllegalStateException("no corpus " + name);
      }
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").replace(" ", ""))
          .filter(line -> !line.isEmpty())
          .map(HexFormat.of()::parseHex)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
