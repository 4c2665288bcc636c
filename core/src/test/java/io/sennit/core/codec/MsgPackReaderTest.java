package io.sennit.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sennit.core.ProtocolException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MsgPackReaderTest {

  @ParameterizedTest
  @CsvSource({
    "05,5",
    "cc05,5",
    "cd0005,5",
    "ce00000005,5",
    "cf0000000000000005,5",
    "d005,5",
    "d10005,5",
    "d200000005,5",
    "d30000000000000005,5",
    "e0,-32",
    "ff,-1",
    "d0df,-33",
    "d1ff7f,-129",
    "d2ffff7fff,-32769",
    "d3ffffffff7fffffff,-2147483649",
    "cf7fffffffffffffff,9223372036854775807"
  })
  void takesEveryFormOfANumber(String hex, long value) {
    assertThat(read(hex).readLong("n")).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"05,5", "d005,5", "d30000000000000005,5", "cfffffffffffffffff,-1"})
  void takesSignedFormsForAnUnsignedNumber(String hex, long value) {
    assertThat(read(hex).readUnsigned("n")).isEqualTo(value);
  }

  @Test
  void overflowIsAnErrorThatNamesTheValue() {
    fails("cf8000000000000000", r -> r.readLong("n"), "n at byte 0: 9223372036854775808");
    fails("ce80000000", r -> r.readInt("n"), "2147483648 is not from");
    fails("cd0100", r -> r.readLong("handler", 0, 255), "handler at byte 0: 256 is not from 0");
    fails("ff", r -> r.readUnsigned("n"), "-1 is negative");
    fails("d0ff", r -> r.readUnsigned("n"), "-1 is negative");
  }

  @Test
  void aClaimBeyondTheBytesLeftIsRefusedBeforeAnythingIsAllocated() {
    fails("c67fffffff00", r -> r.readBin("p"), "claims 2147483647 bytes, 1 are left");
    fails("c6ffffffff00", r -> r.readBin("p"), "claims 4294967295 bytes, 1 are left");
    fails("dbffffffff00", r -> r.readString("s"), "claims 4294967295 bytes");
    fails("ddffffffff00", r -> r.readArrayHeader("a"), "claims 4294967295 elements in 1 bytes");
    fails("dfffffffff00", r -> r.readMapHeader("m"), "claims 4294967295 elements in 1 bytes");
    fails("82010203", r -> r.readMapHeader("m"), "claims 2 elements in 3 bytes");
    fails("c9ffffffff0500", r -> r.readExtHeader("e"), "claims 4294967295 bytes, 1 are left");
    fails("d80500", r -> r.readExtHeader("e"), "claims 16 bytes, 1 are left");
  }

  @Test
  void limitsOfTheCallerHold() {
    fails("a3616263", r -> r.readString("s", 2), "3 is more than the limit of 2");
    fails("c403616263", r -> r.readBin("b", 2), "3 is more than the limit of 2");
    fails("93010203", r -> r.readArrayHeader("a", 2), "3 is more than the limit of 2");
    fails("8101020304", r -> r.readMapHeader("m", 0), "1 is more than the limit of 0");
    assertThat(read("a3616263").readString("s", 3)).isEqualTo("abc");
  }

  @Test
  void theWrongKindIsNamed() {
    fails("c0", r -> r.readLong("n"), "n at byte 0: not a whole number but 0xc0");
    fails("a0", r -> r.readBin("payload"), "not bytes but 0xa0");
    fails("c0", r -> r.readBin("payload"), "not bytes but 0xc0");
    fails("c40100", r -> r.readString("s"), "not text but 0xc4");
    fails("01", r -> r.readBool("b"), "not a bool but 0x1");
    fails("01", r -> r.readNil("x"), "not nil but 0x1");
    fails("01", r -> r.readDouble("d"), "not a float");
    fails("80", r -> r.readArrayHeader("a"), "not a list but 0x80");
    fails("90", r -> r.readMapHeader("m"), "not a map but 0x90");
    fails("01", r -> r.readExtHeader("e"), "not an extension");
    fails("c1", r -> r.skip("x"), "0xc1 is not MessagePack");
    fails("", r -> r.readLong("n"), "the bytes end here");
  }

  @Test
  void textMustBeUtf8() {
    fails("a2c328", r -> r.readString("s"), "s at byte 0: the text is not UTF-8");
    fails("a3eda080", r -> r.readString("s"), "the text is not UTF-8"); // half a surrogate pair
  }

  @Test
  void offsetsCountFromTheStartOfTheRange() {
    var bytes = HexFormat.of().parseHex("ffffff" + "01" + "c6ffffffff" + "ffff");
    var reader = new MsgPackReader(bytes, 3, 6);
    assertThat(reader.readInt("one")).isEqualTo(1);
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> reader.readBin("two"))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(1))
        .satisfies(e -> assertThat(e.field()).isEqualTo("two"));
    assertThat(reader.remaining()).isEqualTo(5);
  }

  @Test
  void nestingIsLimited() {
    fails("91".repeat(70) + "01", r -> r.skip("x"), "nested deeper than 64 levels");
    fails("8101".repeat(70) + "01", r -> r.skip("x"), "nested deeper than 64 levels");
    var deepest = read("91".repeat(64) + "01");
    deepest.skip("x");
    deepest.expectEnd("x");
  }

  @Test
  void aLongFlatListIsNotDeep() {
    var writer = new MsgPackWriter().writeArrayHeader(100_000);
    for (int i = 0; i < 100_000; i++) {
      writer.writeArrayHeader(0);
    }
    var reader = new MsgPackReader(writer.toBytes());
    reader.skip("x");
    assertThat(reader.atEnd()).isTrue();
  }

  @Test
  void trailingBytesAreCounted() {
    var reader = read("010203");
    var unused = reader.readInt("n");
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> reader.expectEnd("n"))
        .withMessageContaining("n at byte 1: 2 bytes follow the value");
  }

  @Test
  void nextTypeKnowsEveryFirstByte() {
    for (int tag = 0; tag < 256; tag++) {
      var reader = new MsgPackReader(new byte[] {(byte) tag});
      if (tag == 0xc1) {
        assertThatExceptionOfType(ProtocolException.class)
            .isThrownBy(() -> reader.nextType("x"))
            .withMessageContaining("0xc1");
      } else {
        assertThat(reader.nextType("x")).isNotNull();
      }
    }
    assertThat(read("c0").nextType("x")).isEqualTo(MsgPackType.NIL);
    assertThat(read("c70c05").nextType("x")).isEqualTo(MsgPackType.EXT);
    assertThat(read("d6").nextType("x")).isEqualTo(MsgPackType.EXT);
    assertThat(read("d3").nextType("x")).isEqualTo(MsgPackType.INT);
  }

  private static MsgPackReader read(String hex) {
    return new MsgPackReader(HexFormat.of().parseHex(hex));
  }

  private static void fails(String hex, Consumer<MsgPackReader> read, String message) {
    var reader = read(hex);
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> read.accept(reader))
        .withMessageContaining(message);
  }
}
