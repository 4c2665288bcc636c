package io.sennit.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MsgPackWriterTest {

  @ParameterizedTest
  @CsvSource({
    "0,00",
    "127,7f",
    "128,cc80",
    "255,ccff",
    "256,cd0100",
    "65535,cdffff",
    "65536,ce00010000",
    "4294967295,ceffffffff",
    "4294967296,cf0000000100000000",
    "-1,ff",
    "-32,e0",
    "-33,d0df",
    "-128,d080",
    "-129,d1ff7f",
    "-32768,d18000",
    "-32769,d2ffff7fff",
    "-2147483648,d280000000",
    "-2147483649,d3ffffffff7fffffff"
  })
  void numbersTakeTheShortestForm(long value, String hex) {
    assertThat(hex(w -> w.writeInt(value))).isEqualTo(hex);
  }

  @Test
  void theOtherForms() {
    assertThat(hex(MsgPackWriter::writeNil)).isEqualTo("c0");
    assertThat(hex(w -> w.writeBool(true).writeBool(false))).isEqualTo("c3c2");
    assertThat(hex(w -> w.writeUnsigned(-1))).isEqualTo("cfffffffffffffffff");
    assertThat(hex(w -> w.writeFloat(1))).isEqualTo("ca3f800000");
    assertThat(hex(w -> w.writeDouble(1))).isEqualTo("cb3ff0000000000000");
    assertThat(hex(w -> w.writeString(""))).isEqualTo("a0");
    assertThat(hex(w -> w.writeString("aé€𝄞"))).isEqualTo("aa61c3a9e282acf09d849e");
    assertThat(hex(w -> w.writeBin(new byte[0]))).isEqualTo("c400");
    assertThat(hex(w -> w.writeArrayHeader(7))).isEqualTo("97");
    assertThat(hex(w -> w.writeArrayHeader(16))).isEqualTo("dc0010");
    assertThat(hex(w -> w.writeMapHeader(3))).isEqualTo("83");
    assertThat(hex(w -> w.writeExt(5, new byte[12]))).isEqualTo("c70c05" + "00".repeat(12));
    assertThat(hex(w -> w.writeExt(-1, new byte[4]))).isEqualTo("d6ff00000000");
    assertThat(hex(w -> w.writeExtHeader(5, 12).writeRawLong(1).writeRawInt(2)))
        .isEqualTo("c70c05" + "0000000000000001" + "00000002");
  }

  @Test
  void halfASurrogatePairBecomesAQuestionMarkAsInTheJdk() {
    for (var text : new String[] {"\ud834", "a\ud834", "\ud834b", "\udd1e\ud834", "é\ud834é"}) {
      var reader = new MsgPackReader(new MsgPackWriter().writeString(text).toBytes());
      assertThat(reader.readString("s")).isEqualTo(new String(text.getBytes(UTF_8), UTF_8));
      reader.expectEnd("s");
    }
  }

  @Test
  void longTextAndBytesChooseTheirHeader() {
    for (int n : new int[] {31, 32, 255, 256, 65_535, 65_536}) {
      var reader =
          new MsgPackReader(
              new MsgPackWriter().writeString("x".repeat(n)).writeBin(new byte[n]).toBytes());
      assertThat(reader.readString("s")).hasSize(n);
      assertThat(reader.readBin("b")).hasSize(n);
    }
  }

  @Test
  void resetKeepsTheRoom() {
    var writer = new MsgPackWriter();
    writer.writeBin(new byte[1000]);
    assertThat(writer.size()).isEqualTo(1003);
    assertThat(writer.reset().size()).isZero();
    assertThat(writer.writeInt(1).toBytes()).containsExactly(1);
    var target = new byte[3];
    writer.copyTo(target, 1);
    assertThat(target).containsExactly(0, 1, 0);
  }

  @Test
  void wrongCountsAreTheCallersMistake() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MsgPackWriter().writeBinHeader(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new MsgPackWriter().writeMapHeader(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MsgPackWriter().writeExtHeader(128, 1));
  }

  private static String hex(Consumer<MsgPackWriter> write) {
    var writer = new MsgPackWriter();
    write.accept(writer);
    return HexFormat.of().formatHex(writer.toBytes());
  }
}
