package io.sennit.grid.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.codec.MsgPackCodec;
import io.sennit.core.codec.MsgPackReader;
import java.util.HexFormat;

/** What all payload tests do. */
final class Wire {
  private Wire() {}

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  /** Encodes to exactly this, decodes from it, and can be skipped. */
  static <T> void holds(MsgPackCodec<T> codec, T value, String hex) {
    var bytes = bytes(hex);
    assertThat(codec.encode(value)).isEqualTo(bytes);
    assertThat(codec.decode(bytes)).isEqualTo(value);
    if (bytes.length > 0) {
      var reader = new MsgPackReader(bytes);
      reader.skip("all");
      reader.expectEnd("all");
    }
  }
}
