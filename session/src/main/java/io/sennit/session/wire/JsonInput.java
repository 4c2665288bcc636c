package io.sennit.session.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.sennit.core.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;

/** One JSON object, read field by field with the leniency of {@link RoutingJson}. */
final class JsonInput {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE) // the document's own length is bounded
                  .maxNestingDepth(100)
                  .build())
          .build();

  private final String what;
  private final JsonParser parser;

  /** Reads the value of one field, on whose first token the input stands. */
  interface Field {
    void read(JsonInput in, String key);
  }

  private JsonInput(String what, JsonParser parser) {
    this.what = what;
    this.parser = parser;
  }

  static void object(String what, String json, Field field) {
    if (json.startsWith("\uFEFF")) {
      throw new ProtocolException(what, 0, "a byte order mark");
    }
    try (var parser = FACTORY.createParser(json)) {
      new JsonInput(what, parser).object(field);
    } catch (IOException e) {
      throw new ProtocolException(what, -1, "not JSON: " + firstLine(e));
    }
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void object(Field field) throws IOException {
    var first = parser.nextToken();
    if (first == null) {
      throw wrong(what, "nothing there");
    }
    if (first != JsonToken.VALUE_NULL) {
      if (first != JsonToken.START_OBJECT) {
        throw wrong(what, "an object, not " + first);
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        var key = parser.currentName();
        parser.nextToken();
        field.read(this, key);
      }
    }
    if (parser.nextToken() != null) {
      throw wrong(what, "text behind the value");
    }
  }

  long offset() {
    return parser.currentLocation().getCharOffset();
  }

  private ProtocolException wrong(String field, String why) {
    return new ProtocolException(field, offset(), why);
  }

  private ProtocolException broken(IOException e) {
    return new ProtocolException(what, offset(), "not JSON: " + firstLine(e));
  }

  void skip() {
    try {
      parser.skipChildren();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** The elements of a list; null is an empty one. */
  void elements(String field, Runnable element) {
    try {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return;
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw wrong(field, "a list, not " + parser.currentToken());
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        element.run();
      }
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** A whole number; null leaves what was there. */
  int integer(String field, int before) {
    try {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return before;
      }
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw wrong(field, "a whole number, not " + parser.currentToken());
      }
      return parser.getIntValue();
    } catch (IOException e) {
      throw new ProtocolException(field, offset(), "beyond 32 bits");
    }
  }

  /** Bytes as base64 or as a list of numbers; null has none. */
  byte[] bytes(String field) {
    try {
      return switch (parser.currentToken()) {
        case VALUE_NULL -> new byte[0];
        case VALUE_STRING -> base64(field, parser.getText());
        case START_ARRAY -> numbers(field);
        default -> throw wrong(field, "bytes as base64, not " + parser.currentToken());
      };
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private byte[] base64(String field, String text) {
    var digits =
        text.indexOf('\n') < 0 && text.indexOf('\r') < 0
            ? text
            : text.replace("\n", "").replace("\r", "");
    if (digits.length() % 4 != 0) {
      throw wrong(field, "base64 without its padding");
    }
    try {
      return Base64.getDecoder().decode(digits);
    } catch (IllegalArgumentException e) {
      throw wrong(field, "not base64: " + e.getMessage());
    }
  }

  private byte[] numbers(String field) throws IOException {
    var out = new ByteArrayOutputStream();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int value = integer(field, 0);
      if (value < 0 || value > 255) {
        throw wrong(field, value + " is not a byte");
      }
      out.write(value);
    }
    return out.toByteArray();
  }
}
