package io.sennit.grid.wire;

import java.util.HexFormat;

/** Bytes as the documents write them: hex with blanks and bars for reading. */
final class Hex {
  private Hex() {}

  static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text.replaceAll("[\\s|]", ""));
  }

  static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
