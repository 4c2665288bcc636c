package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.ConfigException;
import java.util.HexFormat;

/** Turns the name of a store or a role into a file name: never a path, never hidden, reversible. */
final class FileNames {
  private static final int LONGEST = 200; // leaves room for suffixes under the usual limit of 255

  private FileNames() {}

  static String of(String what, String name) {
    var text = new StringBuilder();
    for (byte b : name.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      if (plain(c) && !(c == '.' && text.isEmpty())) {
        text.append(c);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    if (text.isEmpty() || text.length() > LONGEST) {
      throw new ConfigException(what, name, "1 to " + LONGEST + " bytes of text");
    }
    return text.toString();
  }

  private static boolean plain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
