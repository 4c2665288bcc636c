package io.sennit.causal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.causal.Octets;
import io.sennit.core.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The small parts of the original's text: names, lists, base64. Text is held as ISO-8859-1, a
 * character a byte, until a field is taken out of it.
 */
final class LineText {
  private LineText() {}

  static String raw(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  static byte[] bytes(String raw) {
    return raw.getBytes(ISO_8859_1);
  }

  /** All fields, trailing empty ones too. */
  static List<String> split(String raw, char at) {
    return Arrays.asList(raw.split(at == '|' ? "\\|" : String.valueOf(at), -1));
  }

  /** A name or tag: UTF-8. */
  static String name(String raw, String field) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(raw))).toString();
    } catch (CharacterCodingException _) {
      throw new ProtocolException(field, -1, "is not UTF-8");
    }
  }

  static String rawName(String name) {
    return raw(name.getBytes(UTF_8));
  }

  /**
   * Base64 as the original reads it: padding is demanded, line ends inside are skipped, spare bits
   * may be anything.
   */
  static Octets base64(String raw, String field) {
    var text = raw.replace("\r", "").replace("\n", "");
    if (text.length() % 4 != 0) {
      throw new ProtocolException(field, -1, "is no base64 with padding");
    }
    try {
      return Octets.of(Base64.getDecoder().decode(text.getBytes(ISO_8859_1)));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(field, -1, "is no base64: " + e.getMessage());
    }
  }

  static String base64(Octets bytes) {
    return Base64.getEncoder().encodeToString(bytes.toBytes());
  }

  /** A name as it goes into a line, which it must not break. */
  static String plain(String name, String field) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '|' || c == ';' || c == '\n' || c == '\r') {
        throw new IllegalArgumentException(
            field + " may hold no pipe, semicolon or line end: " + name);
      }
    }
    return rawName(name);
  }

  /** The fields of an operation's body, whose number is fixed. */
  static List<String> fields(byte[] body, int count, String word) {
    var fields = split(raw(body), '|');
    if (fields.size() != count) {
      throw new ProtocolException(word, -1, fields.size() + " fields, not " + count);
    }
    return fields;
  }

  /** The first two fields of every operation's body, and the rest. */
  static byte[] body(MailOperation of, String... rest) {
    return bytes(
        plain(of.user(), "user") + "|" + base64(of.mailbox()) + "|" + String.join("|", rest));
  }
}
