package io.sennit.shards.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.Codec;
import io.sennit.testkit.Row;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The original's bytes, both ways. */
class EventCodecTest {
  private final EventRegistry events = new EventRegistry();

  private static EventData decode(String hex) {
    var bytes = Hex.bytes(hex);
    var body = Arrays.copyOfRange(bytes, 8, bytes.length);
    return ((EventMessage.Decoded) EventRegistry.read(new EventType(bytes[0]), body)).decodedBody();
  }

  @Row({
    "S-vectors",
    "S-IdentifyData",
    "S-IdentifiedData",
    "S-StartShardsData",
    "S-StopShardData",
    "S-PrepareShardmigrationData",
    "S-StartshardMigrationData",
    "S-AllUserDataSentData"
  })
  @Test
  void workedExamplesBothWays() {
    Vectors.both()
        .forEach(
            (hex, data) -> {
              assertThat(Hex.text(events.encodeMessage(Vectors.type(data), data)))
                  .isEqualTo(Hex.text(Hex.bytes(hex)));
              assertThat(decode(hex)).isEqualTo(data);
            });
  }

  /** The only test of the codec in the original. */
  @Row({"S-encodeMessage", "S-T-encode"})
  @Test
  void aBareStringIsFourteenBytes() {
    assertThat(Hex.text(events.encodeMessage(EventType.START_SHARDS, "hello")))
        .isEqualTo("0a00000006000000a568656c6c6f");
  }

  @Row("S-encodeMessageRaw")
  @Test
  void rawBytesGoOutAsTheyAre() {
    assertThat(Hex.text(EventRegistry.encodeMessageRaw(new EventType(102), Hex.bytes("dead"))))
        .isEqualTo("6600000002000000dead");
    assertThat(Hex.text(events.encodeMessage(EventType.SHUTDOWN, null)))
        .isEqualTo("0300000000000000");
    assertThat(Hex.text(events.encodeMessage(new EventType(101), Hex.bytes("00"))))
        .isEqualTo("650000000100000000");
  }

  @Row("S-user-values")
  @Test
  void valuesOfApplicationsKeepTheirWidth() {
    var values = new LinkedHashMap<Object, String>();
    values.put((byte) 5, "d005");
    values.put((short) 5, "d10005");
    values.put(5, "d200000005");
    values.put(5L, "d30000000000000005");
    values.put(1.5f, "ca3fc00000");
    values.put(1.5, "cb3ff8000000000000");
    values.put(true, "c3");
    values.put("hi", "a26869");
    values.put(Map.of(), "80");
    values.put(List.of("a"), "91a161");
    values.forEach(
        (value, hex) ->
            assertThat(Hex.text(events.encodeBody(new EventType(101), value))).isEqualTo(hex));
    assertThatThrownBy(() -> events.encodeBody(new EventType(101), new Object()))
        .hasMessageContaining("register a codec");
  }

  @Row("S-lenient")
  @Test
  void whatTheOriginalAcceptsIsAccepted() {
    assertThat(decode("0a000000 04000000 91920607"))
        .isEqualTo(StartShardsData.of(List.of(6, 7))); // by position
    assertThat(decode("0a000000 10000000 82a178c0 a85368617264494473 9108 ffff"))
        .isEqualTo(StartShardsData.of(List.of(8))); // unknown key, short number, bytes behind
    assertThat(decode("0b000000 00000000 c0")).isEqualTo(new StopShardData(0)); // nil: zeros
    assertThat(decode("0b000000 00000000 80")).isEqualTo(new StopShardData(0)); // missing: zero
    assertThat(decode("0b000000 00000000 81 d907 53686172644944 cd0102"))
        .isEqualTo(new StopShardData(258)); // key as str8, another form of the number
    assertThat(decode("0b000000 00000000 81 c407 53686172644944 d1ffff"))
        .isEqualTo(new StopShardData(-1)); // key as bin8
    assertThat(decode("0b000000 00000000 82 c0 05 a753686172644944 04"))
        .isEqualTo(new StopShardData(4)); // a key that is nil is skipped
    assertThat(decode("0b000000 00000000 82 a753686172644944 04 a753686172644944 05"))
        .isEqualTo(new StopShardData(5)); // the last of a name counts
    assertThat(decode("02000000 00000000 82 ab546f74616c536861726473 c0 a64e6f64654944 c4026869"))
        .isEqualTo(IdentifiedData.of(0, "hi")); // nil for a number, bytes for a text
    assertThat(decode("02000000 00000000 81 a64e6f64654944 a2ff61"))
        .isEqualTo(IdentifiedData.of(0, "\ufffda")); // not UTF-8
  }

  /**
   * (shards weakness 4, §10.1.6) The original dispatches half-read bodies padded with zeros, and an
   * empty one as zeros: it stops shard 0.
   */
  @Row({"S-refused-bodies", "S-W4-body"})
  @Test
  void halfReadBodiesAreRefused() {
    for (var hex :
        List.of(
            "0a000000 0c000000 81a85368617264494473 9309", // claims three shards, holds one
            "0b000000 00000000", // empty
            "14000000 00000000",
            "0a000000 00000000",
            "01000000 00000000",
            "0b000000 00000000 a568656c6c6f", // not a structure
            "0b000000 00000000 81a753686172644944 ca3fc00000", // a float
            "0b000000 00000000 81a753686172644944 a133", // a text
            "0b000000 00000000 81a753686172644944 cfffffffffffffffff", // beyond 64 bits with sign
            "0b000000 00000000 81a753686172644944 d30000000100000000", // beyond a shard's 32 bits
            "0b000000 00000000 81 05 04", // a number as key
            "14000000 00000000 81 a64f726967696e c0", // nil for a flag
            "14000000 00000000 81 a64f726967696e 01",
            "0a000000 00000000 81a85368617264494473 ddffffffff")) {
      assertThatThrownBy(() -> decode(hex)).as(hex).isInstanceOf(ProtocolException.class);
    }
  }

  @Row({"S-UnknownEventError", "S-22"})
  @Test
  void unknownNumbersAreNamed() {
    for (long id : new long[] {0, 4, 22, 55, 99}) {
      assertThatThrownBy(() -> EventRegistry.read(new EventType(id), new byte[0]))
          .isInstanceOf(UnknownEventException.class)
          .hasMessage("event: Unknown event: " + id)
          .matches(e -> ((UnknownEventException) e).event().id() == id);
      assertThatThrownBy(() -> events.decodePayload(new EventType(id), new byte[0]))
          .isInstanceOf(UnknownEventException.class);
    }
    assertThatThrownBy(() -> events.decodePayload(new EventType(101), new byte[0]))
        .isInstanceOf(UnknownEventException.class);
  }

  @Row({"S-registerUserEvent", "S-decodePayload", "S-100-allowed"})
  @Test
  void userEventsAreRegisteredFrom100On() {
    assertThatThrownBy(
            () -> events.registerUserEvent("low", new EventType(99), Optional.of(Codec.STRING)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100");
    events.registerUserEvent("first", new EventType(100), Optional.of(Codec.LONG));
    events.registerUserEvent("first", new EventType(100), Optional.of(Codec.STRING));
    events.registerUserEvent("mark", new EventType(101), Optional.empty());
    assertThat(events.decodePayload(new EventType(100), Hex.bytes("a26869"))).contains("hi");
    assertThat(events.decodePayload(new EventType(101), Hex.bytes("a26869"))).isEmpty();
    assertThat(Hex.text(events.encodeMessage(new EventType(100), "hi")))
        .isEqualTo("6400000003000000a26869");
    assertThat(events.name(new EventType(100))).isEqualTo("UserEvt:first");
    assertThatThrownBy(() -> events.decodePayload(new EventType(100), new byte[0]))
        .isInstanceOf(ProtocolException.class);
  }

  @Row({"S-EventsToStringMap", "S-EvtDataMap"})
  @Test
  void tablesByNumber() {
    assertThat(events.eventsToStringMap())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                1L, "Identify",
                2L, "Identified",
                3L, "Shutdown",
                10L, "StartShards",
                11L, "StopShard",
                20L, "PrepareShardmigration",
                21L, "StartShardMigration",
                23L, "AllUserdataSent"));
    assertThat(events.evtDataMap())
        .hasSize(7)
        .containsEntry(23L, AllUserDataSentData.class)
        .doesNotContainKey(3L);
  }

  @Row({
    "S-EventType",
    "S-EvtIdentify",
    "S-EvtIdentified",
    "S-EvtShutdown",
    "S-EvtStartShards",
    "S-EvtStopShard",
    "S-EvtPrepareShardmigration",
    "S-EvtStartShardMigration",
    "S-EvtAllUserdataSent",
    "S-EvtShardMigrationDataStartID"
  })
  @Test
  void constantsHaveTheirNumbersAndTexts() {
    var numbers = new LinkedHashMap<EventType, String>();
    numbers.put(EventType.IDENTIFY, "1 Identify");
    numbers.put(EventType.IDENTIFIED, "2 Identified");
    numbers.put(EventType.SHUTDOWN, "3 Shutdown");
    numbers.put(EventType.START_SHARDS, "10 StartShards");
    numbers.put(EventType.STOP_SHARD, "11 StopShard");
    numbers.put(EventType.PREPARE_SHARDMIGRATION, "20 PrepareShardmigration");
    numbers.put(EventType.START_SHARD_MIGRATION, "21 StartShardMigration");
    numbers.put(EventType.ALL_USERDATA_SENT, "23 AllUserdataSent");
    numbers.put(EventType.SHARD_MIGRATION_DATA_START_ID, "100 Unknown");
    numbers.forEach((type, text) -> assertThat(type.id() + " " + type).isEqualTo(text));
    assertThat(EventType.SHARD_MIGRATION_DATA_START_ID.isUser()).isTrue();
    assertThat(new EventType(99).isUser()).isFalse();
    assertThatThrownBy(() -> new EventType(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EventType(1L << 32)).isInstanceOf(IllegalArgumentException.class);
  }

  @Row({"S-Message", "S-ShardInfo", "S-ShardMigrationMode", "S-containsInt"})
  @Test
  void aMessageHasOneBody() {
    assertThat(EventRegistry.read(new EventType(100), Hex.bytes("dead")))
        .isInstanceOf(EventMessage.Raw.class);
    assertThat(EventRegistry.read(EventType.STOP_SHARD, Hex.bytes("80")))
        .isInstanceOf(EventMessage.Decoded.class);
    assertThat(EventRegistry.read(EventType.SHUTDOWN, new byte[0]))
        .isInstanceOf(EventMessage.Bare.class);
    assertThat(new ShardInfo(3, "abc", 1337))
        .hasToString("ShardInfo[shardId=3, sessionId=abc, sequence=1337]");
    assertThat(List.of(ShardMigrationMode.values()))
        .containsExactly(ShardMigrationMode.NONE, ShardMigrationMode.TO, ShardMigrationMode.FROM);
    assertThat(EventRegistry.containsInt(List.of(3, 4), 4)).isTrue();
    assertThat(EventRegistry.containsInt(List.of(3, 4), 5)).isFalse();
  }

  /** Every event recorded between programs of the original, decoded and encoded again. */
  @Row("S-recorded")
  @Test
  void recordedEventsComeOutAsTheyWere() throws Exception {
    int count = 0;
    try (var in = EventCodecTest.class.getResourceAsStream("/recorded.txt")) {
      for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith("#")) {
          continue;
        }
        var bytes = Hex.bytes(line.split(" ", 2)[1]);
        var type = new EventType(bytes[0] & 0xff);
        var body = Arrays.copyOfRange(bytes, 8, bytes.length);
        if (type.id() == 22
            || (type.id() < 100 && !events.eventsToStringMap().containsKey(type.id()))) {
          assertThatThrownBy(() -> EventRegistry.read(type, body))
              .isInstanceOf(UnknownEventException.class);
          continue;
        }
        var again =
            switch (EventRegistry.read(type, body)) {
              case EventMessage.Raw raw -> events.encodeMessage(type, raw.rawBody());
              case EventMessage.Decoded read -> events.encodeMessage(type, read.decodedBody());
              case EventMessage.Bare _ -> events.encodeMessage(type, null);
            };
        assertThat(Hex.text(again)).as(line).isEqualTo(Hex.text(bytes));
        count++;
      }
    }
    assertThat(count).isGreaterThan(40);
  }

  /** Whatever comes is read, or refused by a named error. */
  @Row("S-fuzzed-bodies")
  @Test
  void anyBytesAreReadOrRefused() {
    var random = new SplittableRandom(7);
    var seeds = Vectors.both().keySet().stream().map(Hex::bytes).toList();
    int refused = 0;
    for (int i = 0; i < 40_000; i++) {
      var seed = seeds.get(random.nextInt(seeds.size()));
      var body = Arrays.copyOfRange(seed, 8, 8 + random.nextInt(seed.length - 7));
      for (int flips = random.nextInt(4); flips > 0 && body.length > 0; flips--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      try {
        EventRegistry.read(new EventType(seed[0]), body);
      } catch (ProtocolException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 39_000);
  }
}
