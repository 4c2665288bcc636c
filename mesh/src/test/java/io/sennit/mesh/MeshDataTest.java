package io.sennit.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.testkit.Row;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values out of maps, data into bytes, and telling errors apart. */
class MeshDataTest {
  private static final Map<String, Object> DATA =
      Map.ofEntries(
          Map.entry("bool", true),
          Map.entry("text", "words"),
          Map.entry("bytes", "raw".getBytes(StandardCharsets.UTF_8)),
          Map.entry("base64", "cmF3"),
          Map.entry("double", 200.9),
          Map.entry("nan", Double.NaN),
          Map.entry("negative", -1),
          Map.entry("int", 77),
          Map.entry("long", 1L << 40),
          Map.entry("huge", Unsigned.of64(-1)),
          Map.entry("uint16", Unsigned.of16(65_535)));

  @Test
  @Row({"M-GetBool", "M-GetBytes", "M-GetString", "M-GetFloat64"})
  void simpleValues() {
    assertThat(MeshData.getBool(DATA, "bool")).isTrue();
    assertThat(MeshData.getBool(DATA, "none")).isFalse();
    assertThat(MeshData.getString(DATA, "text")).isEqualTo("words");
    assertThat(MeshData.getString(DATA, "bytes")).isEqualTo("raw");
    assertThat(MeshData.getString(DATA, "none")).isEmpty();
    assertThat(MeshData.getBytes(DATA, "bytes")).isEqualTo(MeshData.getBytes(DATA, "base64"));
    assertThat(MeshData.getBytes(DATA, "none")).isEmpty();
    assertThat(MeshData.getFloat64(DATA, "int")).isEqualTo(77.0);
    assertThat(MeshData.getFloat64(DATA, "huge")).isEqualTo(0x1p64);
    assertThat(MeshData.getFloat64(DATA, "none")).isZero();
    for (var wrong : new String[] {"text", "bytes", "int"}) {
      assertThatThrownBy(() -> MeshData.getBool(DATA, wrong))
          .isInstanceOf(TypeMismatchException.class)
          .hasMessageContaining("'" + wrong + "'");
    }
    assertThatThrownBy(() -> MeshData.getBytes(DATA, "text"))
        .isInstanceOf(TypeMismatchException.class);
    assertThatThrownBy(() -> MeshData.getFloat64(DATA, "text"))
        .isInstanceOf(TypeMismatchException.class);
    assertThatThrownBy(() -> MeshData.getString(DATA, "bool"))
        .isInstanceOf(TypeMismatchException.class);
  }

  @Test
  @Row({
    "M-GetInt",
    "M-GetInt8",
    "M-GetInt16",
    "M-GetInt32",
    "M-GetInt64",
    "M-GetUint8",
    "M-GetUint16",
    "M-GetUint32",
    "M-GetUint64"
  })
  void wholeNumbersInTheirRange() {
    assertThat(MeshData.getInt(DATA, "long")).isEqualTo(1L << 40);
    assertThat(MeshData.getInt8(DATA, "int")).isEqualTo((byte) 77);
    assertThat(MeshData.getInt16(DATA, "double")).isEqualTo((short) 200); // cut off
    assertThat(MeshData.getInt32(DATA, "uint16")).isEqualTo(65_535);
    assertThat(MeshData.getInt64(DATA, "long")).isEqualTo(1L << 40);
    assertThat(MeshData.getUint8(DATA, "double")).isEqualTo(200);
    assertThat(MeshData.getUint16(DATA, "uint16")).isEqualTo(65_535);
    assertThat(MeshData.getUint32(DATA, "int")).isEqualTo(77);
    assertThat(MeshData.getUint64(DATA, "huge")).isEqualTo(-1);
    assertThat(MeshData.getUint64Exact(DATA, "huge"))
        .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
    assertThat(MeshData.getInt32(DATA, "none")).isZero();
    assertThat(MeshData.getUint64(DATA, "none")).isZero();
    assertThatThrownBy(() -> MeshData.getInt8(DATA, "double"))
        .isInstanceOf(TypeMismatchException.class)
        .hasMessageContaining("int8 was wanted, Double 200.9 was found");
    for (var wrong : new String[] {"nan", "negative", "text", "bool"}) {
      assertThatThrownBy(() -> MeshData.getUint16(DATA, wrong))
          .as(wrong)
          .isInstanceOf(TypeMismatchException.class);
    }
    assertThatThrownBy(() -> MeshData.getInt64(DATA, "huge"))
        .isInstanceOf(TypeMismatchException.class);
    assertThatThrownBy(() -> MeshData.getInt32(DATA, "long"))
        .isInstanceOf(TypeMismatchException.class);
  }

  private record Point(int x, String name) {}

  @Test
  @Row({"M-CreateSendBytes", "M-CreateReturnBytes", "M-CreateRequestData", "M-ValidateDataType"})
  void dataThatCanBeSent() {
    assertThat(MeshData.read(MeshData.createSendBytes(new Point(3, "p"))))
        .isEqualTo(Map.of("x", 3, "name", "p"));
    var parcel = MeshData.createRequestData();
    assertThat(parcel.add("k", 1L)).isTrue();
    assertThat(MeshData.read(MeshData.createReturnBytes(parcel))).isEqualTo(Map.of("k", 1L));
    assertThat(MeshData.validateDataType(parcel)).isTrue();
    assertThat(MeshData.validateDataType(Map.of("k", 1))).isTrue();
    assertThat(MeshData.validateDataType(Map.of(1, 1))).isFalse();
    assertThat(MeshData.validateDataType("text")).isFalse();
    assertThat(MeshData.validateDataType(null)).isFalse();
    assertThatThrownBy(() -> MeshData.createSendBytes("text"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Row({"M-IsSendError", "M-IsRequestError", "M-IsRequestTimeoutError", "M-IsUnhealthyError"})
  void errorsAreFoundAmongCausesAndSuppressedOnes() {
    var context =
        new ErrorContext("b:1", Operations.SEND + " 7", Duration.ZERO, Outcome.UNKNOWN, "");
    var send = new DisconnectedException("gone", context);
    assertThat(MeshErrors.isSendError(send)).isTrue();
    assertThat(MeshErrors.isSendError(new RuntimeException(send))).isTrue();
    var suppressing = new RuntimeException("other");
    suppressing.addSuppressed(new UnhealthyException("sick", context));
    assertThat(MeshErrors.isUnhealthyError(suppressing)).isTrue();
    assertThat(MeshErrors.isRequestError(suppressing)).isFalse();
    assertThat(MeshErrors.isRequestTimeoutError(null)).isFalse();
    var inner = new RuntimeException("b");
    var circle = new RuntimeException("a", inner);
    inner.addSuppressed(circle);
    assertThat(MeshErrors.isSendError(circle)).isFalse();
  }

  @Test
  @Row({"M-MaxMessageSize", "M-MaxPacketSize", "M-MaxSize", "M-Shrink", "M-status"})
  void constants() {
    assertThat(Mesh.MAX_MESSAGE_SIZE).isEqualTo(10_000_000);
    assertThat(Mesh.MAX_PACKET_SIZE).isEqualTo(1400);
    assertThat(Mesh.MAX_SIZE).isEqualTo(1300);
    assertThat(Mesh.SHRINK).isEqualTo(10);
    assertThat(NodeStatus.of(1)).isEqualTo(NodeStatus.ONLINE);
    assertThat(NodeStatus.of(2)).isEqualTo(NodeStatus.OFFLINE);
    assertThat(NodeStatus.of(3)).isEqualTo(NodeStatus.TAKEN);
    assertThatThrownBy(() -> NodeStatus.of(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
