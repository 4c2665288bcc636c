package io.sennit.grid.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UrlValuesTest {
  private static final Map<String, List<String>> K = Map.of("k", List.of("a", "b"));

  @Test
  @Row("G-payload-urlvalues-new")
  void newIsEmpty() {
    assertThat(UrlValues.of().values()).isEmpty();
  }

  @Test
  @Row("G-payload-urlvalues-newwith")
  void withCopies() {
    var list = new ArrayList<>(List.of("a"));
    var map = new HashMap<String, List<String>>(Map.of("k", list));
    var values = UrlValues.with(map);
    list.add("b");
    map.clear();
    assertThat(values.values()).isEqualTo(Map.of("k", List.of("a")));
    assertThat(UrlValues.with(null)).isEqualTo(UrlValues.of());
  }

  @Test
  @Row("G-payload-urlvalues-values")
  void valuesIsAShallowCopy() {
    var values = UrlValues.with(K);
    values.values().clear();
    assertThat(values.values()).isEqualTo(K);
    assertThat(UrlValues.values(null)).isEmpty();
    assertThat(UrlValues.values(values)).isEqualTo(K);
  }

  @Test
  @Row("G-payload-urlvalues-recycle")
  void recycledIsEmpty() {
    var values = UrlValues.with(K);
    values.recycle();
    values.recycle();
    assertThat(values).isEqualTo(UrlValues.of());
  }

  @Test
  @Row("G-payload-urlvalues-codec")
  void codec() {
    Wire.holds(UrlValues.CODEC, UrlValues.with(K), "81 a1 6b 92 a1 61 a1 62");
    Wire.holds(UrlValues.CODEC, UrlValues.with(null), "80");
    Wire.holds(UrlValues.CODEC, UrlValues.with(Map.of("k", List.of())), "81 a1 6b 90");
  }

  @Test
  @Row("G-payload-urlvalues-codec")
  void badBytes() {
    for (var hex :
        new String[] {
          "c0", "", "81 a1 6b", "81 a1 6b c0", "81 a1 6b dd ffffffff", "82 a1 6b 90 a1 6b 90", "90"
        }) {
      assertThatThrownBy(() -> UrlValues.CODEC.decode(Wire.bytes(hex)))
          .as(hex)
          .isInstanceOf(ProtocolException.class);
    }
  }
}
