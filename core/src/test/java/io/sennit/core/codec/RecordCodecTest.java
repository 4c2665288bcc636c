package io.sennit.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.ProtocolException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {
  record Ask(String symbol, int lots) {}

  record Numbers(
      byte b,
      short s,
      int i,
      long l,
      char c,
      boolean z,
      float f,
      double d,
      Byte bb,
      Short ss,
      Integer ii,
      Long ll,
      Character cc,
      Boolean zz,
      Float ff,
      Double dd) {}

  record Everything(
      String text,
      Duration took,
      Instant when,
      UUID id,
      Address at,
      Side side,
      Optional<String> note,
      List<Ask> asks,
      Set<Integer> set,
      Map<String, List<Long>> map,
      Ask inner,
      Order order,
      NoValue nothing) {}

  enum Side {
    BUY {
      @Override
      int sign() {
        return 1;
      }
    },
    SELL;

    int sign() {
      return -1;
    }
  }

  sealed interface Order {
    record Buy(int lots) implements Order {}

    record Sell(int lots) implements Order {}

    sealed interface Rare extends Order {
      record Swap(Order give, Order take) implements Rare {}
    }
  }

  record Tree(int value, List<Tree> kids) {}

  record Bytes(byte[] body) {}

  record Positive(int value) {
    Positive {
      if (value <= 0) {
        throw new IllegalArgumentException(value + " is not positive");
      }
    }
  }

  record Nothing() {}

  @Test
  void aRecordIsAMapByComponentName() {
    var codec = Codec.of(Ask.class);
    var bytes = codec.encode(new Ask("ABC", 3));
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("82a673796d626f6ca3414243a46c6f747303");
    assertThat(codec.decode(bytes)).isEqualTo(new Ask("ABC", 3));
    assertThat(HexFormat.of().formatHex(Codec.of(Nothing.class).encode(new Nothing())))
        .isEqualTo("80");
  }

  @Test
  void localRecordsWork() {
    record Local(String a) {}
    assertRoundTrip(Codec.of(Local.class), new Local("x"));
  }

  @Test
  void allComponentTypesComeBack() {
    assertRoundTrip(
        Codec.of(Numbers.class),
        new Numbers(
            (byte) -1,
            (short) -300,
            70_000,
            Long.MIN_VALUE,
            '\uffff',
            true,
            1.5f,
            Math.PI,
            (byte) 127,
            (short) 3,
            -5,
            1L << 40,
            'a',
            false,
            Float.NaN,
            -0.0));
    assertRoundTrip(
        Codec.of(Everything.class),
        new Everything(
            "é",
            Duration.ofDays(-3),
            Instant.ofEpochSecond(5, 6),
            new UUID(7, 8),
            Address.parse("[::1]:7400"),
            Side.BUY,
            Optional.of("n"),
            List.of(new Ask("a", 1)),
            Set.of(3),
            Map.of("k", List.of(1L, 2L)),
            new Ask("b", 2),
            new Order.Rare.Swap(new Order.Buy(1), new Order.Sell(2)),
            NoValue.NONE));
    var bytes = Codec.of(Bytes.class);
    assertThat(bytes.decode(bytes.encode(new Bytes(new byte[] {9}))).body()).containsExactly(9);
  }

  @Test
  void aFamilyIsAMapOfOnePair() {
    var codec = Codec.of(Order.class);
    var bytes = codec.encode(new Order.Buy(3));
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("81a342757981a46c6f747303");
    assertThat(codec.decode(bytes)).isEqualTo(new Order.Buy(3));
    refused(codec, hex("81a34f757481a46c6f747303"), "Out is none of [Buy, Sell, Swap]");
    refused(codec, hex("80"), "a Order is a map of 1 pair, not of 0");
  }

  @Test
  void recordsEvolve() {
    record Old(String name) {}
    record New(
        int level,
        String name,
        Optional<Integer> extra,
        List<String> tags,
        Set<String> set,
        Map<String, Integer> map,
        double share,
        boolean on) {}
    var fromOld = Codec.of(New.class).decode(Codec.of(Old.class).encode(new Old("x")));
    assertThat(fromOld)
        .isEqualTo(new New(0, "x", Optional.empty(), List.of(), Set.of(), Map.of(), 0.0, false));
    var fromNew =
        Codec.of(Old.class)
            .decode(
                Codec.of(New.class)
                    .encode(
                        new New(
                            1,
                            "y",
                            Optional.of(1),
                            List.of("t"),
                            Set.of("s"),
                            Map.of("m", 1),
                            0.5,
                            true)));
    assertThat(fromNew).isEqualTo(new Old("y"));
  }

  @Test
  void aMissingComponentWithoutAnEmptyValueIsNamed() {
    refused(Codec.of(Ask.class), hex("81a46c6f747303"), "Ask.symbol at byte 0: is missing");
    record Boxed(Integer n) {}
    refused(Codec.of(Boxed.class), hex("80"), "Boxed.n at byte 0: is missing");
  }

  @Test
  void orderDoesNotMatterButTwiceIsOnceTooOften() {
    var codec = Codec.of(Ask.class);
    assertThat(codec.decode(hex("82a46c6f747303a673796d626f6ca3414243")))
        .isEqualTo(new Ask("ABC", 3));
    refused(codec, hex("83a46c6f747303a46c6f747303a673796d626f6ca3414243"), "Ask.lots");
    refused(codec, hex("83a46c6f747303a46c6f747303a673796d626f6ca3414243"), "comes twice");
  }

  @Test
  void errorsNameFieldAndOffset() {
    refused(Codec.of(Ask.class), hex("82a673796d626f6c01a46c6f747303"), "Ask.symbol at byte 8");
    refused(Codec.of(Ask.class), hex("82a673796d626f6ca3414243a46c6f747303ff"), "1 bytes follow");
    refused(Codec.of(Ask.class), hex("c0"), "Ask at byte 0: not a map but 0xc0");
    refused(Codec.of(Ask.class), hex("df7fffffff"), "claims 2147483647 elements");
    record At(Address place) {}
    refused(Codec.of(At.class), hex("81a5706c616365a161"), "At.place at byte 9: no address");
  }

  @Test
  void whatARecordRefusesIsMalformedInput() {
    var codec = Codec.of(Positive.class);
    refused(codec, hex("81a576616c756500"), "Positive at byte 0: refused by the record");
    refused(codec, hex("80"), "0 is not positive");
  }

  @Test
  void recursionIsLimitedOnBothSides() {
    var codec = Codec.of(Tree.class);
    var tree = new Tree(0, List.of());
    for (int i = 0; i < 31; i++) {
      tree = new Tree(i, List.of(tree));
    }
    assertRoundTrip(codec, tree);
    var tooDeep = new Tree(99, List.of(tree));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.encode(tooDeep))
        .withMessageContaining("nested deeper than 64 levels");
    refused(codec, hex("81a46b69647391".repeat(40)), "nested deeper than 64 levels");
  }

  @Test
  @SuppressWarnings("NullAway") // the point
  void nullComponentsAreNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> Codec.of(Ask.class).encode(new Ask(null, 1)))
        .withMessage("Ask.symbol is null; make it an Optional if it may be absent");
    var inside = new java.util.ArrayList<Tree>();
    inside.add(null);
    assertThatNullPointerException()
        .isThrownBy(() -> Codec.of(Tree.class).encode(new Tree(1, inside)))
        .withMessage("Tree.kids has a null element");
  }

  @Test
  void unsupportedTypesAreToldWhenTheCodecIsMade() {
    record Money(BigDecimal amount) {}
    record Generic<T>(T value) {}
    record Holder(Generic<String> inner) {}
    record Ints(int[] values) {}
    record Wild(List<?> values) {}
    unsupported(Money.class, "Money.amount = java.math.BigDecimal");
    unsupported(Generic.class, "Generic");
    unsupported(Holder.class, "Holder.inner");
    unsupported(Ints.class, "Ints.values = int[]");
    unsupported(Wild.class, "Wild.values = ?");
    unsupported(Object.class, "a record, a sealed interface of records");
    unsupported(Mixed.class, "a sealed interface of records only");
    unsupported(Twins.class, "two records named One");
  }

  sealed interface Mixed {
    final class NotARecord implements Mixed {}
  }

  sealed interface Twins {
    class A {
      record One() implements Twins {}
    }

    class B {
      record One() implements Twins {}
    }
  }

  /** Any damage to good bytes ends in a value or in our error, never in anything else. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedBytesNeverHarm(long seed) {
    var codec = Codec.of(Everything.class);
    var good =
        codec.encode(
            new Everything(
                "text",
                Duration.ofSeconds(1),
                Instant.EPOCH,
                new UUID(1, 2),
                Address.of("host", 1),
                Side.SELL,
                Optional.empty(),
                List.of(new Ask("a", 1)),
                Set.of(1, 2, 3),
                Map.of("k", List.of(1L)),
                new Ask("b", 2),
                new Order.Buy(1),
                NoValue.NONE));
    var random = new Random(seed);
    int decoded = 0;
    for (int i = 0; i < 5_000; i++) {
      var bytes = java.util.Arrays.copyOf(good, good.length - random.nextInt(3));
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(codec.encode(codec.decode(bytes))).isNotEmpty();
        decoded++;
      } catch (ProtocolException e) {
        assertThat(e.offset()).isBetween(0L, (long) bytes.length);
      }
    }
    assertThat(decoded).as("seed %d", seed).isBetween(100, 4_900);
  }

  private static <T> void assertRoundTrip(Codec<T> codec, T value) {
    assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
  }

  private static void unsupported(Class<?> type, String message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Codec.of(type))
        .withMessageContaining(message);
  }

  private static void refused(Codec<?> codec, byte[] bytes, String message) {
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> codec.decode(bytes))
        .withMessageContaining(message);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
