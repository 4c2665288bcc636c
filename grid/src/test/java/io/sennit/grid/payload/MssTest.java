package io.sennit.grid.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MssTest {
  @Test
  @Row("G-payload-mss-new")
  void newIsEmptyButNotNull() {
    assertThat(Mss.of().isNull()).isFalse();
    assertThat(Mss.of().toMap()).isEmpty();
    assertThat(Mss.of()).isNotEqualTo(Mss.ofNull());
  }

  @Test
  @Row("G-payload-mss-newwith")
  void withCopiesItsMap() {
    var map = new HashMap<>(Map.of("k", "v"));
    var mss = Mss.with(map);
    map.put("k", "changed");
    assertThat(mss.get("k")).isEqualTo("v");
    assertThat(Mss.with(null).isNull()).isTrue();
  }

  @Test
  @Row("G-payload-mss-get")
  void getIsNeverNull() {
    assertThat(Mss.of().set("k", "v").get("k")).isEqualTo("v");
    assertThat(Mss.of().get("absent")).isEmpty();
    assertThat(Mss.ofNull().get("k")).isEmpty();
    assertThat(Mss.get(null, "k")).isEmpty();
    assertThat(Mss.get(Mss.of().set("k", "v"), "k")).isEqualTo("v");
  }

  @Test
  @Row("G-payload-mss-set")
  void setMakesAMapOfANull() {
    var mss = Mss.ofNull().set("k", "v").set("k", "w");
    assertThat(mss.isNull()).isFalse();
    assertThat(mss.toMap()).isEqualTo(Map.of("k", "w"));
    mss.toMap().put("other", "x");
    assertThat(mss.get("other")).as("a copy was changed").isEmpty();
  }

  @Test
  @Row("G-payload-mss-toquery")
  void toQueryIsSortedAndEscaped() {
    assertThat(Mss.ofNull().toQuery()).isEmpty();
    assertThat(Mss.of().toQuery()).isEmpty();
    assertThat(Mss.of().set("b", "2").set("a", "1 & more").set("c/ü", "~*").toQuery())
        .isEqualTo("?a=1+%26+more&b=2&c%2F%C3%BC=~%2A");
  }

  @Test
  @Row("G-payload-mss-recycle")
  void recycledIsNullAndUsable() {
    var mss = Mss.of().set("k", "v");
    mss.recycle();
    mss.recycle();
    assertThat(mss.isNull()).isTrue();
    assertThat(mss.set("a", "b").get("k")).isEmpty();
    Mss.ofNull().recycle();
    Recycler.recycle(null);
  }

  @Test
  @Row({"G-payload-mss-codec", "G-T21"})
  void codec() {
    Wire.holds(Mss.CODEC, Mss.of().set("k", "v"), "81 a1 6b a1 76");
    Wire.holds(Mss.CODEC, Mss.of(), "80");
    Wire.holds(Mss.CODEC, Mss.ofNull(), "c0");
    Wire.holds(Mss.CODEC, Mss.of().set("b", "").set("a", "ü"), "82 a1 61 a2 c3bc a1 62 a0");
    var many = Mss.of();
    for (int i = 0; i < 1000; i++) {
      many.set("key-" + i, "value-" + i);
    }
    assertThat(Mss.CODEC.decode(Mss.CODEC.encode(many))).isEqualTo(many);
  }

  @Test
  @Row("G-payload-mss-codec")
  void badBytes() {
    for (var hex :
        new String[] {
          "",
          "81",
          "81 a1 6b",
          "81 a1 6b 01",
          "90",
          "df ffffffff",
          "81 a1 6b a1 76 00",
          "82 a1 6b a1 76 a1 6b a1 77",
          "81 a1 6b a1 ff",
          "81 c0 a1 76"
        }) {
      assertThatThrownBy(() -> Mss.CODEC.decode(Wire.bytes(hex)))
          .as(hex)
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("mss");
    }
  }
}
