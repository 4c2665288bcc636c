package io.sennit.core.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Text as UTF-8, into and out of arrays that are already there. */
final class Utf8 {
  private Utf8() {}

  /** How many bytes the text takes; half a surrogate pair takes one, the question mark's. */
  static int length(String text) {
    int chars = text.length();
    long length = chars;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        if (c < 0x800) {
          length++;
        } else if (!Character.isSurrogate(c)) {
          length += 2;
        } else if (isPair(text, i, c)) {
          length += 2; // four bytes for two characters
          i++;
        }
      }
    }
    if (length > Integer.MAX_VALUE - 16) {
      throw new IllegalStateException("a text of " + length + " bytes is longer than 2 GiB");
    }
    return (int) length;
  }

  /** Writes the text; {@code length} is what {@link #length} said. */
  static void write(String text, int length, byte[] target, int at) {
    int chars = text.length();
    if (length == chars && isAscii(text)) {
      asciiBytes(text, target, at);
      return;
    }
    int to = at;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        target[to++] = (byte) c;
      } else if (c < 0x800) {
        target[to++] = (byte) (0xc0 | c >> 6);
        target[to++] = (byte) (0x80 | c & 0x3f);
      } else if (!Character.isSurrogate(c)) {
        target[to++] = (byte) (0xe0 | c >> 12);
        target[to++] = (byte) (0x80 | c >> 6 & 0x3f);
        target[to++] = (byte) (0x80 | c & 0x3f);
      } else if (isPair(text, i, c)) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        target[to++] = (byte) (0xf0 | point >> 18);
        target[to++] = (byte) (0x80 | point >> 12 & 0x3f);
        target[to++] = (byte) (0x80 | point >> 6 & 0x3f);
        target[to++] = (byte) (0x80 | point & 0x3f);
      } else {
        target[to++] = '?';
      }
    }
  }

  /** The text of the bytes, or null if they are not UTF-8. */
  static @Nullable String read(byte[] bytes, int from, int length) {
    int high = 0;
    for (int i = from; i < from + length; i++) {
      high |= bytes[i];
    }
    if (high >= 0) {
      return new String(bytes, from, length, ISO_8859_1); // ASCII: nothing to check, one copy
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isPair(String text, int i, char c) {
    return Character.isHighSurrogate(c)
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false; // a lone surrogate: as long as the question mark that stands for it
      }
    }
    return true;
  }

  @SuppressWarnings(
      "deprecation") // copies the low bytes: just right for ASCII, and without garbage
  private static void asciiBytes(String text, byte[] target, int at) {
    text.getBytes(0, text.length(), target, at);
  }
}
