package io.sennit.mesh;

import static io.sennit.mesh.TransportData.property;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.mesh.TransportData.Type;
import io.sennit.testkit.Row;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transport data and parcels: the seed's example byte for byte, and every type round. */
class TransportDataTest {
  private static final TransportData EXAMPLE =
      TransportData.define(
          property("name", Type.STRING),
          property("counter", Type.INT),
          property("list", Type.UINT32_ARRAY),
          property("data", Type.BYTES),
          property("users", Type.BYTES_ARRAY));
  private static final String GOLDEN = "010d044a6f686e4a00a701030a1402ce0104ffeeddcc";

  private static TransportData.Instance example() {
    var td = EXAMPLE.instance();
    td.setAsString("name", "John");
    td.setAsInt("counter", 0);
    td.setAsUint32Array("list", new long[] {10, 20, 2});
    td.setAsBytes("data", new byte[] {(byte) 0xff, (byte) 0xee, (byte) 0xdd, (byte) 0xcc});
    return td;
  }

  @Test
  @Row({"M-td-define", "M-td-property", "M-td-new", "M-td-pack", "M-td-unpack"})
  void theSeedsExampleHasItsGoldenBytes() {
    assertThat(HexFormat.of().formatHex(example().pack())).isEqualTo(GOLDEN);
    var td = EXAMPLE.instance();
    td.unpack(HexFormat.of().parseHex(GOLDEN));
    assertThat(td.getAsString("name")).contains("John");
    assertThat(td.getAsInt("counter")).contains(0L);
    assertThat(td.getAsUint32Array("list").orElseThrow()).containsExactly(10, 20, 2);
    assertThat(td.getAsBytes("data").orElseThrow()).hasSize(4);
    assertThat(td.getAsBytesArray("users")).isEmpty();
    assertThat(td.getAsString("NAME")).isEmpty();
    assertThat(td.getAsInt("name")).isEmpty();
  }

  private static Object sample(Class<?> type) {
    if (type.isArray() && type != byte[].class) {
      var element = type.getComponentType();
      var array = Array.newInstance(element, 3);
      for (int i = 0; i < 3; i++) {
        Array.set(array, i, sample(element));
      }
      return array;
    }
    var samples =
        Map.<Class<?>, Object>of(
            boolean.class,
            true,
            byte.class,
            (byte) -3,
            short.class,
            (short) 77,
            int.class,
            200,
            long.class,
            70_000L,
            float.class,
            2.5f,
            double.class,
            -1e300,
            String.class,
            "grüße",
            byte[].class,
            new byte[] {1, 2, 3});
    return java.util.Objects.requireNonNull(samples.get(type));
  }

  private static Method method(String prefix, Type type, int parameters) {
    var name = prefix + type.name().replace("_", "");
    return Arrays.stream(TransportData.Instance.class.getMethods())
        .filter(m -> m.getName().equalsIgnoreCase(name) && m.getParameterCount() == parameters)
        .findFirst()
        .orElseThrow();
  }

  /** Each type has a setter and a getter; what one sets the other gives after a journey. */
  @ParameterizedTest
  @EnumSource(Type.class)
  @Row({"M-td-set", "M-td-get"})
  void everyTypeGoesRound(Type type) throws Exception {
    var definition = TransportData.define(property("x", type), property("after", Type.BOOL));
    var td = definition.instance();
    var setter = method("setAs", type, 2);
    var value = sample(setter.getParameterTypes()[1]);
    setter.invoke(td, "x", value);
    td.setAsBool("after", true);
    var back = definition.instance();
    back.unpack(td.pack());
    var got = (Optional<?>) method("getAs", type, 1).invoke(back, "x");
    assertThat(got.isPresent()).isTrue();
    assertThat(Arrays.deepEquals(new Object[] {got.get()}, new Object[] {value})).isTrue();
    assertThat(back.getAsBool("after")).contains(true);
    // who does not know the property skips it
    var other = TransportData.define();
    other.instance().unpack(td.pack());
    // who knows it as another type refuses it
    var wrong =
        TransportData.define(property("x", type == Type.BOOL ? Type.INT8 : Type.BOOL)).instance();
    assertThatThrownBy(() -> wrong.unpack(td.pack())).isInstanceOf(ProtocolException.class);
    for (int length = 0; length < td.pack().length - 2; length++) {
      var cut = Arrays.copyOf(td.pack(), length);
      if (length != 1) { // the format alone: nothing is set
        assertThatThrownBy(() -> back.unpack(cut)).isInstanceOf(ProtocolException.class);
      }
    }
  }

  @Test
  void wrongNamesAndTypesFailAtOnce() {
    var td = EXAMPLE.instance();
    assertThatThrownBy(() -> td.setAsString("uid", "x")).hasMessageContaining("no property 'uid'");
    assertThatThrownBy(() -> td.setAsBytes("users", new byte[0]))
        .hasMessageContaining("'users' is of type BYTES_ARRAY, not BYTES");
    var small = TransportData.define(property("x", Type.UINT8)).instance();
    assertThatThrownBy(() -> small.setAsUint8("x", 256)).hasMessageContaining("from 0 to 255");
    assertThatThrownBy(
            () -> TransportData.define(property("x", Type.BOOL), property("x", Type.INT)))
        .hasMessageContaining("two properties are called 'x'");
    example();
    var full = example();
    assertThatThrownBy(() -> full.unpack(new byte[] {2})).isInstanceOf(ProtocolException.class);
    assertThat(full.getAsString("name")).isEmpty();
  }

  @Test
  @Row({"M-parcel-add", "M-parcel-remove", "M-parcel-export"})
  void aParcelTakesSimpleValuesOnly() {
    var parcel = new Parcel();
    for (Object simple :
        new Object[] {
          true, (byte) 1, (short) 2, 3, 4L, 5f, 6d, "7", new byte[] {8}, Unsigned.of64(9)
        }) {
      assertThat(parcel.add("key" + simple.getClass().getSimpleName(), simple)).isTrue();
    }
    assertThat(parcel.add("map", Map.of())).isFalse();
    assertThat(parcel.export()).hasSize(10).doesNotContainKey("map");
    assertThat(parcel.remove("keyLong")).isTrue();
    assertThat(parcel.remove("keyLong")).isFalse();
    assertThat(parcel.export()).hasSize(9).containsEntry("keyInteger", 3);
  }
}
