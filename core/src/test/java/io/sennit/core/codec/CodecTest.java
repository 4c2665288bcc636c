package io.sennit.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.sennit.core.ConfigException;
import io.sennit.core.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CodecTest {

  @Test
  void builtInTypesHaveKnownBytes() {
    both(Codec.STRING, "ab", "a26162");
    both(Codec.INT, 300, "cd012c");
    both(Codec.INT, Integer.MIN_VALUE, "d280000000");
    both(Codec.LONG, -1L, "ff");
    both(Codec.BOOL, true, "c3");
    both(Codec.DOUBLE, 1.0, "cb3ff0000000000000");
    both(Codec.DURATION, Duration.ofMillis(1500), "9201ce1dcd6500");
    both(Codec.DURATION, Duration.ofNanos(-1), "92ffce3b9ac9ff");
    both(Codec.UUID, new UUID(1, 2), "c41000000000000000010000000000000002");
    assertThat(Codec.NONE.encode(NoValue.NONE)).isEmpty();
    assertThat(Codec.NONE.decode(new byte[0])).isEqualTo(NoValue.NONE);
    both(Codec.list(Codec.INT), List.of(1, 2), "920102");
    both(Codec.map(Codec.STRING, Codec.INT), Map.of("a", 1), "81a16101");
    both(Codec.optional(Codec.INT), Optional.of(7), "07");
    both(Codec.optional(Codec.INT), Optional.empty(), "c0");
    both(Codec.enumOf(Size.class), Size.LARGE, "a54c41524745");
    both(Codec.list(Codec.NONE), List.of(NoValue.NONE), "91c0");
    assertThat(Codec.BYTES.decode(Codec.BYTES.encode(new byte[] {1, 2}))).containsExactly(1, 2);
  }

  @Test
  void momentsAreMessagePackTimestamps() {
    both(Codec.INSTANT, Instant.EPOCH, "d6ff00000000");
    both(Codec.INSTANT, Instant.ofEpochSecond(0xffff_ffffL), "d6ffffffffff");
    both(Codec.INSTANT, Instant.ofEpochSecond(1, 1), "d7ff0000000400000001");
    both(Codec.INSTANT, Instant.ofEpochSecond(1L << 32), "d7ff0000000100000000");
    both(Codec.INSTANT, Instant.ofEpochSecond(-1, 999_999_999), "c70cff3b9ac9ff" + "ff".repeat(8));
    both(Codec.INSTANT, Instant.MAX, "");
    both(Codec.INSTANT, Instant.MIN, "");
    refused(Codec.INSTANT, "c70cff000000007fffffffffffffff", "no moment");
    refused(Codec.INSTANT, "c70cffffffffff0000000000000000", "no moment");
    refused(Codec.INSTANT, "d605000000ff", "extension 5 is not a timestamp");
    refused(Codec.INSTANT, "d5ff0000", "a timestamp of 2 bytes");
  }

  @Test
  void wrongValuesAreRefused() {
    refused(Codec.INT, "ce80000000", "number at byte 0: 2147483648 is not from");
    refused(Codec.INT, "0101", "number at byte 1: 1 bytes follow the value");
    refused(Codec.INT, "", "the bytes end here");
    refused(Codec.UUID, "c40100", "a UUID of 1 bytes");
    refused(Codec.DURATION, "93010203", "two numbers");
    refused(Codec.DURATION, "9201ce3b9aca00", "1000000000 is not from 0 to 999999999");
    refused(Codec.enumOf(Size.class), "a158", "X is none of [SMALL, LARGE]");
    refused(Codec.NONE, "c0", "1 bytes follow");
    refused(Codec.map(Codec.INT, Codec.INT), "8201010101", "the same key twice in a map: 1");
    refused(Codec.set(Codec.INT), "920101", "the same value twice in a set");
    refused(Codec.list(Codec.INT), "ddffffffff01", "claims 4294967295 elements in 1 bytes");
  }

  @Test
  void aHugeClaimedCountMakesNoRoom() {
    var bytes = new byte[1 << 20];
    bytes[0] = (byte) 0xdd; // 1 Mi - 5 elements claimed, nested in each other
    bytes[2] = 0x0f;
    bytes[3] = (byte) 0xff;
    bytes[4] = (byte) 0xf0;
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> Codec.list(Codec.STRING).decode(bytes))
        .withMessageContaining("not text but 0x0");
  }

  @Test
  void mapsAndSetsWithoutAnOrderAreWrittenSorted() {
    var map = new HashMap<String, Integer>();
    var set = new HashSet<String>();
    for (int i = 0; i < 100; i++) {
      map.put("k" + i, i);
      set.add("k" + i);
    }
    var mapCodec = Codec.map(Codec.STRING, Codec.INT);
    var setCodec = Codec.set(Codec.STRING);
    assertThat(mapCodec.encode(map)).isEqualTo(mapCodec.encode(Map.copyOf(map)));
    assertThat(setCodec.encode(set)).isEqualTo(setCodec.encode(Set.copyOf(set)));
    assertThat(List.copyOf(mapCodec.decode(mapCodec.encode(map)).keySet())).isSorted();
    var ordered = new LinkedHashMap<String, Integer>();
    ordered.put("z", 1);
    ordered.put("a", 2);
    assertThat(mapCodec.decode(mapCodec.encode(ordered)).keySet()).containsExactly("z", "a");
  }

  @Test
  void codecsOfUsersComposeAsBytes() {
    Codec<StringBuilder> own =
        new Codec<>() {
          @Override
          public byte[] encode(StringBuilder value) {
            return value.toString().getBytes(UTF_8);
          }

          @Override
          public StringBuilder decode(byte[] bytes) {
            return new StringBuilder(new String(bytes, UTF_8));
          }
        };
    var codec = Codec.list(own);
    var bytes = codec.encode(List.of(new StringBuilder("ab")));
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("91c4026162");
    assertThat(codec.decode(bytes).getFirst()).hasToString("ab");
  }

  @Test
  @SuppressWarnings("NullAway") // the point
  void nullsHaveNoBytes() {
    var holder = new java.util.ArrayList<String>();
    holder.add(null);
    assertThatNullPointerException()
        .isThrownBy(() -> Codec.list(Codec.STRING).encode(holder))
        .withMessage("list has a null element");
    assertThatNullPointerException()
        .isThrownBy(() -> Codec.STRING.encode(null))
        .withMessage("text");
    var map = new HashMap<String, String>();
    map.put("a", null);
    assertThatNullPointerException()
        .isThrownBy(() -> Codec.map(Codec.STRING, Codec.STRING).encode(map))
        .withMessage("map has a null value");
  }

  @Test
  void anOptionalOfAnOptionalHasNoForm() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Codec.optional(Codec.optional(Codec.INT)));
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Codec.optional(Codec.NONE));
  }

  enum Size {
    SMALL,
    LARGE
  }

  private static <T> void both(Codec<T> codec, T value, String hex) {
    var bytes = codec.encode(value);
    if (!hex.isEmpty()) {
      assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
    }
    assertThat(codec.decode(bytes)).isEqualTo(value);
    assertThat(codec.encode(value)).as("again, with a size hint").isEqualTo(bytes);
  }

  private static void refused(Codec<?> codec, String hex, String message) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> codec.decode(HexFormat.of().parseHex(hex)))
        .withMessageContaining(message);
  }
}
