package io.sennit.grid.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackWriter;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Point(int a) {}

  record Names(List<String> names) {}

  private static final JsonPool<Point> POINTS = JsonPool.of(Point.class, () -> new Point(7));

  @Test
  @Row("G-payload-json-new")
  void newIsUnset() {
    assertThat(POINTS.newJson().isSet()).isFalse();
  }

  @Test
  @Row("G-payload-json-newwith")
  void newWithIsSet() {
    assertThat(POINTS.newWith(new Point(1)).value()).isEqualTo(new Point(1));
    assertThat(POINTS.newWith(null).isSet()).isFalse();
  }

  @Test
  @Row("G-payload-json-set")
  void set() {
    var json = POINTS.newJson().set(new Point(2));
    assertThat(json.value()).isEqualTo(new Point(2));
    assertThat(json.set(null).isSet()).isFalse();
  }

  @Test
  @Row("G-payload-json-value")
  void valueIsCreatedOnceOnDemand() {
    var pool = JsonPool.of(Names.class, () -> new Names(new ArrayList<>()));
    var json = pool.newJson();
    json.value().names().add("x");
    assertThat(json.value().names()).containsExactly("x");
    assertThat(json.isSet()).isTrue();
  }

  @Test
  @Row("G-payload-json-valueorzero")
  void valueOrZeroCreatesNothing() {
    var json = POINTS.newJson();
    assertThat(json.valueOrZero()).isEmpty();
    assertThat(json.isSet()).isFalse();
    assertThat(POINTS.newWith(new Point(1)).valueOrZero()).contains(new Point(1));
  }

  @Test
  @Row("G-payload-json-recycle")
  void recycledIsUnset() {
    var json = POINTS.newWith(new Point(1));
    json.recycle();
    json.recycle();
    assertThat(json.isSet()).isFalse();
    assertThat(json.value()).isEqualTo(new Point(7));
  }

  @Test
  @Row("G-payload-json-codec")
  void codec() {
    Wire.holds(POINTS.codec(), POINTS.newWith(new Point(1)), "c4 08 7b2261223a317d0a");
    Wire.holds(POINTS.codec(), POINTS.newJson(), "c0");
  }

  @Test
  @Row("G-payload-json-codec")
  void htmlIsEscapedOnEncode() {
    var pool = JsonPool.of(String.class, () -> "");
    assertThat(text(pool, "<a>&\u2028\u2029\"\\ü/'\n"))
        .isEqualTo("\"\\u003ca\\u003e\\u0026\\u2028\\u2029\\\"\\\\ü/'\\n\"\n");
    var json = pool.newWith("<a>&\u2028");
    assertThat(pool.codec().decode(pool.codec().encode(json))).isEqualTo(json);
  }

  @Test
  @Row("G-payload-json-codec")
  void anyJsonOfTheTypeIsRead() {
    assertThat(read(" {\n \"b\" : [1, {}], \"a\" : 5 } ")).isEqualTo(new Point(5));
    assertThat(read("{}")).isEqualTo(new Point(0));
    assertThat(read("null")).as("a value like a fresh one").isEqualTo(new Point(7));
  }

  @Test
  @Row("G-payload-json-codec")
  void badBytes() {
    for (var text : new String[] {"", "{", "{\"a\":1}{}", "[]", "{\"a\":\"x\"}", "\0"}) {
      assertThatThrownBy(() -> read(text))
          .as(text)
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("json");
    }
    assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(ProtocolException.class);
    for (var hex : new String[] {"", "a0", "c4 02 7b", "c4 02 7b7d c0"}) {
      assertThatThrownBy(() -> POINTS.codec().decode(Wire.bytes(hex)))
          .as(hex)
          .isInstanceOf(ProtocolException.class);
    }
  }

  private static String text(JsonPool<String> pool, @Nullable String value) {
    var bytes = pool.codec().encode(pool.newWith(value));
    return new String(bytes, 2, bytes.length - 2, UTF_8);
  }

  private static Point read(String text) {
    return POINTS
        .codec()
        .decode(new MsgPackWriter().writeBin(text.getBytes(UTF_8)).toBytes())
        .value();
  }
}
