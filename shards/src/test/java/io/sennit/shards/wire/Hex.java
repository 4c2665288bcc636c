package io.sennit.shards.wire;

import java.util.HexFormat;

/** Bytes as the vectors write them: hex with blanks and bars. */
final class Hex {
  private Hex() {}

  static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text.replaceAll("[\\s|]", ""));
  }

  static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
