package io.sennit.causal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.causal.Octets;
import io.sennit.causal.VectorClock;
import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The original's message line, read as leniently as the original does. */
class StampedMessageTest {
  private static StampedMessage parse(String line) {
    return StampedMessage.parse(line.getBytes(UTF_8));
  }

  private static String encode(StampedMessage message) {
    return new String(message.encode(), UTF_8);
  }

  private static StampedMessage message(String sender, Map<String, Long> clock, String payload) {
    return new StampedMessage(sender, VectorClock.of(clock), Octets.utf8(payload));
  }

  @Test
  @Row({"C-InitMessage", "C-String", "C-S-serialise"})
  void isWrittenAsItIsEvenIfEmpty() {
    assertThat(encode(StampedMessage.EMPTY)).isEqualTo("||");
    assertThat(encode(message("A", Map.of(), ""))).isEqualTo("A||");
    assertThat(encode(message("", Map.of("B", 3L), ""))).isEqualTo("|B:3|");
    assertThat(encode(message("", Map.of(), "p"))).isEqualTo("||p");
    var clock = new LinkedHashMap<String, Long>();
    clock.put("B", 1L);
    clock.put("C", -4L);
    clock.put("A", 7L);
    assertThat(encode(message("A", clock, "op|x y"))).isEqualTo("A|B:1;C:-4;A:7|op|x y");
    assertThat(VectorClock.of(clock).sorted().toString()).isEqualTo("A:7;B:1;C:-4");
    assertThatThrownBy(() -> StampedMessage.parse(StampedMessage.EMPTY.encode()))
        .isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no pipes",
        "A|B:1",
        "|A:1|p",
        "A||p",
        "A|B|p",
        "A|B:x|p",
        "A|B:1;|p",
        "A|;B:1|p",
        "A|B:|p",
        "A|B:٣|p",
        "A|B:1_000|p",
        "A|B: 1|p",
        "A|B:9223372036854775808|p",
        "A|B:--1|p",
        "A|B:+|p"
      })
  @Row({"C-Parse", "C-S-parse-errors", "C-V-rejected"})
  void refuses(String line) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(ProtocolException.class);
  }

  @Test
  @Row({"C-Message", "C-Parse", "C-S-parse-success", "C-V-accepted"})
  void takesWhatTheOriginalTakes() {
    assertThat(parse("A|A:1|p").clock().counts()).isEqualTo(Map.of("A", 1L));
    var four = parse("w-1|w-1:2;s:0;x:+5;y:05|a payload with blanks | and pipes|");
    assertThat(four.sender()).isEqualTo("w-1");
    assertThat(four.seq()).isEqualTo(2);
    assertThat(four.clock().counts()).isEqualTo(Map.of("w-1", 2L, "s", 0L, "x", 5L, "y", 5L));
    assertThat(four.payload().text()).isEqualTo("a payload with blanks | and pipes|");
    assertThat(parse("A|:1|p").clock().counts()).isEqualTo(Map.of("", 1L));
    assertThat(parse("A|B:-0|p").clock().get("B")).isZero();
    assertThat(parse("A|A:5:7|p").clock().counts()).isEqualTo(Map.of("A", 5L));
    assertThat(parse("A|A:5;A:6|p").clock().counts()).isEqualTo(Map.of("A", 6L));
    assertThat(parse("A|B:1|p\n\n").payload().text()).isEqualTo("p\n");
    assertThat(parse("A|B:1|p\r\n").payload().text()).isEqualTo("p\r");
    assertThat(parse("A|B:1|").payload().length()).isZero();
    assertThat(parse("A|B:1|p").seq()).as("a sender its clock does not name").isZero();
  }

  @Test
  @Row("C-V-bytes")
  void passesOddBytesOn() {
    var odd = new byte[] {(byte) 0xff, 0, 0x7f, ' ', (byte) 0xc3, '|', ' '};
    var line = new StampedMessage("ä", VectorClock.of(Map.of("ä", 1L)), Octets.of(odd)).encode();
    assertThat(StampedMessage.parse(line).payload().toBytes()).isEqualTo(odd);
    assertThat(StampedMessage.parse(line).sender()).isEqualTo("ä");
    var badName = "\u00ff|A:1|p".getBytes(ISO_8859_1);
    assertThatThrownBy(() -> StampedMessage.parse(badName)).hasMessageContaining("UTF-8");
  }

  @Test
  void anyLineIsTakenOrRefusedByName() {
    var random = new SplittableRandom(5);
    var letters = "A|:;0-+9\n\r \u00e4";
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      var line = new StringBuilder();
      for (int n = random.nextInt(16); n > 0; n--) {
        line.append(letters.charAt(random.nextInt(letters.length())));
      }
      try {
        var message = StampedMessage.parse(line.toString().getBytes(UTF_8));
        taken++;
        if (!message.payload().text().endsWith("\n")) { // one more is taken for the line's end
          assertThat(StampedMessage.parse(message.encode())).isEqualTo(message);
        }
      } catch (ProtocolException e) {
        assertThat(e.field()).isIn("message", "sender", "clock");
      }
    }
    assertThat(taken).isPositive();
  }

  @Test
  @Row("C-vector-clock")
  void clocksAreComparedAndJoined() {
    var a = VectorClock.of(Map.of("A", 2L, "B", 1L));
    var b = VectorClock.of(Map.of("A", 1L, "C", 1L));
    assertThat(a.isConcurrentWith(b)).isTrue();
    assertThat(a.max(b).counts()).isEqualTo(Map.of("A", 2L, "B", 1L, "C", 1L));
    assertThat(a.max(b)).isEqualTo(b.max(a));
    assertThat(a.max(b).covers(a)).isTrue();
    assertThat(a.covers(VectorClock.EMPTY.with("Z", 0))).as("missing is zero").isTrue();
    assertThat(a.covers(a.incremented("A"))).isFalse();
    assertThat(a.incremented("Z").get("Z")).isEqualTo(1);
    assertThatThrownBy(() -> VectorClock.EMPTY.with("A", Long.MAX_VALUE).incremented("A"))
        .isInstanceOf(ArithmeticException.class);
  }
}
