package io.sennit.grid.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import io.sennit.core.ProtocolException;
import io.sennit.core.codec.Codec;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayTest {
  private static final ArrayOf<Mss> MAPS = ArrayOf.of(Mss.CODEC);
  private static final ArrayOf<String> TEXTS = ArrayOf.of(Codec.STRING);

  @Test
  @Row("G-payload-array-new")
  void newIsUnset() {
    assertThat(TEXTS.newArray().isSet()).isFalse();
    assertThat(TEXTS.newArray().value()).isEmpty();
  }

  @Test
  @Row("G-payload-array-newwith")
  void newWithCopies() {
    var list = new ArrayList<>(List.of("a"));
    var array = TEXTS.newWith(list);
    list.add("b");
    assertThat(array.value()).containsExactly("a");
  }

  @Test
  @Row("G-payload-array-append")
  void append() {
    var array = TEXTS.newArray().append("a").append("b", "c");
    assertThat(array.value()).containsExactly("a", "b", "c");
    assertThat(array.isSet()).isTrue();
    assertThat(TEXTS.codec().decode(Wire.bytes("91 a1 61")).append("b").value()).hasSize(2);
  }

  @Test
  @Row("G-payload-array-set")
  void set() {
    var array = TEXTS.newArray().append("a").set(List.of());
    assertThat(array.isSet()).isTrue();
    assertThat(array.value()).isEmpty();
  }

  @Test
  @Row("G-payload-array-value")
  void valueCannotBeChanged() {
    var view = TEXTS.newArray().append("a").value();
    assertThatThrownBy(() -> view.add("b")).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  @Row("G-payload-array-recycle")
  void recycleReachesTheElements() {
    var element = Mss.of().set("k", "v");
    var array = MAPS.newArray().append(element);
    array.recycle();
    array.recycle();
    assertThat(array.isSet()).isFalse();
    assertThat(element.isNull()).isTrue();
    var texts = TEXTS.newArray().append("a");
    texts.recycle();
    assertThat(texts.isSet()).isFalse();
  }

  @Test
  @Row("G-payload-array-codec")
  void codec() {
    Wire.holds(TEXTS.codec(), TEXTS.newArray(), "c0");
    Wire.holds(TEXTS.codec(), TEXTS.newWith(List.of()), "90");
    Wire.holds(TEXTS.codec(), TEXTS.newArray().append("a", "b"), "92 a1 61 a1 62");
    Wire.holds(
        MAPS.codec(),
        MAPS.newArray().append(Mss.ofNull(), Mss.of().set("k", "v")),
        "92 c0 81a16ba176");
    var nested = ArrayOf.of(TEXTS.codec());
    Wire.holds(
        nested.codec(), nested.newArray().append(TEXTS.newArray().append("a")), "91 91 a1 61");
  }

  @Test
  @Row("G-payload-array-codec")
  void badBytes() {
    for (var hex : new String[] {"", "91", "91 01", "80", "dd 7fffffff", "90 90", "91 c0"}) {
      assertThatThrownBy(() -> TEXTS.codec().decode(Wire.bytes(hex)))
          .as(hex)
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  @Row("G-payload-array-codec")
  void anElementMustBeMessagePack() {
    Codec<String> other =
        new Codec<>() {
          @Override
          public byte[] encode(String value) {
            return new byte[0];
          }

          @Override
          public String decode(byte[] bytes) {
            return "";
          }
        };
    assertThatThrownBy(() -> ArrayOf.of(other)).isInstanceOf(ConfigException.class);
  }
}
