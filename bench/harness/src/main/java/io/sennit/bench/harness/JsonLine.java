package io.sennit.bench.harness;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * One flat JSON object on one line. The peers' class paths stay free of a JSON library for this;
 * the runner reads it with a real one.
 */
final class JsonLine {
  private final StringBuilder text = new StringBuilder("{");

  JsonLine put(String key, long value) {
    return raw(key, Long.toString(value));
  }

  JsonLine put(String key, boolean value) {
    return raw(key, Boolean.toString(value));
  }

  JsonLine put(String key, String value) {
    return raw(key, quoted(value));
  }

  JsonLine put(String key, Collection<String> values) {
    return raw(
        key,
        values.stream().sorted().map(JsonLine::quoted).collect(Collectors.joining(",", "[", "]")));
  }

  private JsonLine raw(String key, String value) {
    if (text.length() > 1) {
      text.append(',');
    }
    text.append(quoted(key)).append(':').append(value);
    return this;
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c < ' ') {
            quoted.append(' ');
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
