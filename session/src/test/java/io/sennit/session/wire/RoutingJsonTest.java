package io.sennit.session.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.session.OverlayAddress;
import io.sennit.testkit.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets and handshakes as JSON, in both directions. */
class RoutingJsonTest {
  private static final OverlayAddress A = OverlayAddress.of("127.0.0.1:2000");
  private static final OverlayAddress B = OverlayAddress.of("127.0.0.1:3000");
  private static final String PACKET =
      "{\"Source\":\"T0IxMjcuMC4wLjE6MjAwMA==\",\"Dest\":[\"RkIxMjcuMC4wLjE6MjAwMA==\","
          + "\"RkIxMjcuMC4wLjE6MzAwMA==\"],\"Message\":\"eyJhIjoxfQ==\"}";

  private static RoutingPacket packet(String json) {
    return RoutingJson.decodePacket(json.getBytes(UTF_8));
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }

  @Test
  @Row({"SE-packet-json", "SE-vectors"})
  void theVectorOfAPacket() {
    var packet = new RoutingPacket(A.asInitiator(), List.of(A, B), "{\"a\":1}".getBytes(UTF_8));
    assertThat(text(RoutingJson.encode(packet))).isEqualTo(PACKET);
    var read = packet(PACKET);
    assertThat(read.source()).isEqualTo(A.asInitiator());
    assertThat(read.destinations()).containsExactly(A, B);
    assertThat(text(read.message())).isEqualTo("{\"a\":1}");
  }

  @Test
  @Row({"SE-handshake-json", "SE-vectors"})
  void theVectorsOfAHandshake() {
    var full = "{\"Height\":2,\"Addresses\":[\"RkIxMjcuMC4wLjE6MjAwMA==\"]}";
    var empty = "{\"Height\":1,\"Addresses\":[]}";
    assertThat(text(RoutingJson.encode(new RoutingHandshake(2, List.of(A))))).isEqualTo(full);
    assertThat(text(RoutingJson.encode(new RoutingHandshake(1, List.of())))).isEqualTo(empty);
    assertThat(RoutingJson.decodeHandshake(full.getBytes(UTF_8)))
        .isEqualTo(new RoutingHandshake(2, List.of(A)));
    assertThat(RoutingJson.decodeHandshake("{}".getBytes(UTF_8)))
        .isEqualTo(new RoutingHandshake(0, List.of()));
  }

  /** What original peers wrote to each other, read and written again. */
  @Test
  @Row("SE-recorded")
  void everyRecordedFormIsReadAndWrittenAgainToTheSameBytes() throws IOException {
    var packets = recorded("packets.txt");
    assertThat(packets).hasSizeGreaterThan(10);
    for (var json : packets) {
      assertThat(text(RoutingJson.encode(packet(json)))).isEqualTo(json);
    }
    var handshakes = recorded("handshakes.txt");
    assertThat(handshakes).hasSize(3);
    for (var json : handshakes) {
      var read = RoutingJson.decodeHandshake(json.getBytes(UTF_8));
      assertThat(text(RoutingJson.encode(read))).isEqualTo(json);
    }
  }

  private static List<String> recorded(String name) throws IOException {
    try (var in = RoutingJsonTest.class.getResourceAsStream("/recorded/" + name)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        " null\n",
        "{\"Source\":null,\"Dest\":null,\"Message\":null}",
        "{\"Other\":{\"a\":[1,2]},\"more\":1e5}",
        "{\"Source\":\"T0I=\",\"Source\":null}",
        "{\"Message\":\"AQ==\",\"message\":\"\"}"
      })
  @Row("SE-json-lenient")
  void missingNullUnknownAndRepeatedKeys(String json) {
    assertThat(text(RoutingJson.encode(packet(json))))
        .isEqualTo("{\"Source\":\"RkE=\",\"Dest\":[],\"Message\":\"\"}");
  }

  @Test
  @Row("SE-json-lenient")
  void keysOfAnyCaseAndBytesOfAnyForm() {
    assertThat(packet("{\"MESSAGE\":\"AQID\"}").message()).containsExactly(1, 2, 3);
    assertThat(packet("{\"me\\u017fsage\":\"AQID\"}").message()).containsExactly(1, 2, 3);
    assertThat(packet("{\"message\":[1,2,null,255]}").message()).containsExactly(1, 2, 0, -1);
    assertThat(packet("{\"Message\":\"AQ\\nI\\rD\"}").message()).containsExactly(1, 2, 3);
    assertThat(packet("{\"Message\":\"AR==\"}").message()).containsExactly(1);
    assertThat(packet("{\"Message\":\"//77\"}").message()).containsExactly(-1, -2, -5);
    assertThat(packet("{\"dest\":[null,\"\"]}").destinations()).hasSize(2);
    assertThat(text(RoutingJson.encode(packet("{\"Message\":[255,254,251]}")))).contains("//77");
    assertThat(RoutingJson.decodeHandshake("{\"height\":3,\"HEIGHT\":null}".getBytes(UTF_8)))
        .isEqualTo(new RoutingHandshake(3, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "5",
        "{",
        "{}x",
        "{} {}",
        "\uFEFF{}",
        "{\"Message\":\"AQ\"}",
        "{\"Message\":\"_w==\"}",
        "{\"Message\":\"A\"}",
        "{\"Message\":5}",
        "{\"Message\":[256]}",
        "{\"Message\":[\"a\"]}",
        "{\"Source\":\"RkU=\"}",
        "{\"Dest\":\"RkE=\"}",
        "{\"Dest\":[[\"RkE=\"]]}",
        "{'Message':''}",
        "{\"Message\":\"\n\"}"
      })
  @Row("SE-json-strict")
  void whatIsRefused(String json) {
    assertThatThrownBy(() -> packet(json)).isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.0", "1e0", "\"2\"", "true", "[2]", "9999999999"})
  @Row("SE-json-strict")
  void whatIsNoHeight(String height) {
    var json = ("{\"Height\":" + height + "}").getBytes(UTF_8);
    assertThatThrownBy(() -> RoutingJson.decodeHandshake(json))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("Height");
  }

  @Test
  @Row("SE-json-strict")
  void lengthsAreLimitedBeforeAnythingIsRead() {
    assertThatThrownBy(() -> RoutingJson.decodePacket(PACKET.getBytes(UTF_8), 20))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("at most 20");
    var deep = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";
    assertThatThrownBy(() -> packet(deep)).isInstanceOf(ProtocolException.class);
  }

  @Test
  @Row("SE-packet-json")
  void everyPacketGoesRound() {
    var random = new SplittableRandom(3);
    for (int i = 0; i < 500; i++) {
      var destinations = new ArrayList<OverlayAddress>();
      for (int n = random.nextInt(5); n > 0; n--) {
        destinations.add(OverlayAddress.of("h" + random.nextInt(9) + ":" + random.nextInt(99)));
      }
      var message = new byte[random.nextInt(40)];
      random.nextBytes(message);
      var json = RoutingJson.encode(new RoutingPacket(A, destinations, message));
      var read = RoutingJson.decodePacket(json);
      assertThat(read.destinations()).isEqualTo(destinations);
      assertThat(read.message()).isEqualTo(message);
      assertThat(RoutingJson.encode(read)).isEqualTo(json);
      json[random.nextInt(json.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        RoutingJson.decodePacket(json);
      } catch (ProtocolException e) {
        assertThat(e.field()).isNotEmpty();
      }
    }
  }

  @Test
  @Row({"SE-packet-slice", "SE-W19"})
  void cuttingOut() {
    var callers = new ArrayList<>(List.of(A, B, A));
    var packet = new RoutingPacket(B, callers, new byte[] {1});
    callers.clear();
    assertThat(packet.destinations()).as("the caller's list is its own").hasSize(3);
    assertThat(packet.slice(A).orElseThrow().destinations()).containsExactly(A);
    assertThat(packet.without(A).destinations()).containsExactly(B);
    assertThat(packet.slice(A.asInitiator())).isEmpty();
    assertThat(packet.destinations()).hasSize(3);
  }
}
