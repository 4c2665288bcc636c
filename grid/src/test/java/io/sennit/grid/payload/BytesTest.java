package io.sennit.grid.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  @Row("G-payload-bytes-new")
  void newIsEmptyButNotNull() {
    assertThat(Bytes.of().isNull()).isFalse();
    assertThat(Bytes.of().length()).isZero();
    assertThat(Bytes.of()).isNotEqualTo(Bytes.ofNull());
  }

  @Test
  @Row("G-payload-bytes-cap")
  void capacityIsRoomOnly() {
    var bytes = Bytes.withCapacity(2);
    assertThat(bytes.isNull()).isFalse();
    assertThat(bytes.length()).isZero();
    bytes.append((byte) 1).append(new byte[] {2, 3, 4});
    assertThat(bytes.toArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  @Row("G-payload-bytes-with")
  void withTakesTheArrayOver() {
    var array = new byte[] {1};
    var bytes = Bytes.with(array);
    array[0] = 2;
    assertThat(bytes.toArray()).as("the array itself").containsExactly(2);
    assertThat(Bytes.with(null).isNull()).isTrue();
  }

  @Test
  @Row("G-payload-bytes-withcopyof")
  void withCopyOfDoesNot() {
    var array = new byte[] {1};
    var bytes = Bytes.withCopyOf(array);
    array[0] = 2;
    assertThat(bytes.toArray()).containsExactly(1);
    assertThat(Bytes.withCopyOf(null).isNull()).isTrue();
  }

  @Test
  @Row("G-payload-bytes-recycle")
  void recycledIsNullAndUsable() {
    var bytes = Bytes.withCopyOf(new byte[] {1});
    bytes.recycle();
    bytes.recycle();
    assertThat(bytes.isNull()).isTrue();
    assertThat(bytes.append((byte) 7).toArray()).containsExactly(7);
  }

  @Test
  @Row({"G-payload-bytes-codec", "G-T21"})
  void codec() {
    Wire.holds(Bytes.CODEC, Bytes.with(new byte[] {'h', 'i'}), "c4 02 6869");
    Wire.holds(Bytes.CODEC, Bytes.of(), "c4 00");
    Wire.holds(Bytes.CODEC, Bytes.withCapacity(9), "c4 00");
    Wire.holds(Bytes.CODEC, Bytes.ofNull(), "c0");
    Wire.holds(Bytes.CODEC, Bytes.withCapacity(99).append((byte) 5), "c4 01 05");
    var large = Bytes.with(new byte[70_000]);
    assertThat(Bytes.CODEC.encode(large)).startsWith(0xc6, 0, 1, 0x11, 0x70);
    assertThat(Bytes.CODEC.decode(Bytes.CODEC.encode(large))).isEqualTo(large);
  }

  @Test
  @Row("G-payload-bytes-codec")
  void badBytes() {
    for (var hex : new String[] {"", "c4", "c4 02 68", "c6 ffffffff", "a2 6869", "c4 00 00"}) {
      assertThatThrownBy(() -> Bytes.CODEC.decode(Wire.bytes(hex)))
          .as(hex)
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void textIsShort() {
    assertThat(Bytes.ofNull()).hasToString("null");
    assertThat(Bytes.with(new byte[] {1, -1})).hasToString("2B[01ff]");
    assertThat(Bytes.with(new byte[1000]).toString()).hasSizeLessThan(80);
  }
}
