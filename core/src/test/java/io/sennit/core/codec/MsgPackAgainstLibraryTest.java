package io.sennit.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sennit.core.ProtocolException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** Ours and msgpack-core must write the same bytes and read each other's. */
class MsgPackAgainstLibraryTest {
  static {
    System.setProperty("msgpack.universal-buffer", "true"); // without Unsafe
  }

  /** One random value as a tree: null, Boolean, Long, BigInteger, floats, String, byte[], lists. */
  sealed interface Value {
    record Nil() implements Value {}

    record Bool(boolean is) implements Value {}

    record Int(long is) implements Value {}

    record Unsigned(long is) implements Value {}

    record F32(float is) implements Value {}

    record F64(double is) implements Value {}

    record Text(String is) implements Value {}

    record Bin(byte[] is) implements Value {}

    record Ext(int type, byte[] is) implements Value {}

    record Items(List<Value> is) implements Value {}

    record Pairs(List<Value> is) implements Value {}
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void bothWriteTheSameBytesAndReadThemBack(long seed) throws IOException {
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      var value = random(random, 4);
      var ours = new MsgPackWriter();
      write(ours, value);
      var theirs = MessagePack.newDefaultBufferPacker();
      write(theirs, value);
      assertThat(ours.toBytes()).as("seed %d, %s", seed, value).isEqualTo(theirs.toByteArray());

      var reader = new MsgPackReader(ours.toBytes());
      read(reader, value);
      assertThat(reader.atEnd()).isTrue();

      var skipping = new MsgPackReader(ours.toBytes());
      skipping.skip("value");
      assertThat(skipping.atEnd()).isTrue();

      try (var unpacker = MessagePack.newDefaultUnpacker(ours.toBytes())) {
        unpacker.skipValue();
        assertThat(unpacker.hasNext()).isFalse();
      }
    }
  }

  /** Whatever bytes: we never fail otherwise than by our error, and agree with the library. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void arbitraryBytesNeverHarm(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      var bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      int ours = skipWithOurs(bytes);
      int theirs = skipWithTheirs(bytes);
      if (ours >= 0 || theirs >= 0 && !hasLongMap(bytes)) {
        assertThat(ours).as("seed %d, %s", seed, Arrays.toString(bytes)).isEqualTo(theirs);
      }
    }
  }

  @Test
  void truncationAnywhereIsAnErrorWithAnOffset() {
    var writer = new MsgPackWriter();
    write(
        writer,
        new Value.Items(
            List.of(
                new Value.Text("a text of more than thirty-two bytes, so with a header"),
                new Value.Bin(new byte[300]),
                new Value.Int(-70_000),
                new Value.F64(1.5),
                new Value.Ext(5, new byte[12]))));
    var whole = writer.toBytes();
    for (int length = 0; length < whole.length; length++) {
      var reader = new MsgPackReader(whole, 0, length);
      assertThatExceptionOfType(ProtocolException.class)
          .isThrownBy(() -> reader.skip("list"))
          .satisfies(e -> assertThat(e.field()).isEqualTo("list"))
          .satisfies(e -> assertThat(e.offset()).isBetween(0L, (long) whole.length));
    }
  }

  /** The library's skipping doubles the count of a map32 in 32 bits and may end at once. */
  private static boolean hasLongMap(byte[] bytes) {
    for (byte b : bytes) {
      if (b == (byte) 0xdf) {
        return true;
      }
    }
    return false;
  }

  private static int skipWithOurs(byte[] bytes) {
    var reader = new MsgPackReader(bytes);
    try {
      reader.skip("value");
      return reader.position();
    } catch (ProtocolException e) {
      return -1;
    }
  }

  private static int skipWithTheirs(byte[] bytes) {
    try (var unpacker = MessagePack.newDefaultUnpacker(bytes)) {
      unpacker.skipValue();
      return (int) unpacker.getTotalReadBytes();
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }

  private static Value random(Random random, int depth) {
    int kind = random.nextInt(depth > 0 ? 11 : 9);
    return switch (kind) {
      case 0 -> new Value.Nil();
      case 1 -> new Value.Bool(random.nextBoolean());
      case 2 -> new Value.Int(random.nextLong() >> random.nextInt(64));
      case 3 -> new Value.Unsigned(random.nextLong() >>> random.nextInt(64));
      case 4 -> new Value.F32(random.nextFloat());
      case 5 -> new Value.F64(random.nextGaussian());
      case 6 -> new Value.Text(text(random));
      case 7 -> new Value.Bin(bytes(random, 1 << random.nextInt(18)));
      case 8 -> new Value.Ext(random.nextInt(128), bytes(random, 1 << random.nextInt(10)));
      default -> {
        int count = random.nextInt(random.nextInt(20) == 0 ? 200 : 20) & ~1;
        var items = new ArrayList<Value>();
        for (int i = 0; i < count; i++) {
          items.add(random(random, count > 20 ? 0 : depth - 2));
        }
        yield kind == 9 ? new Value.Items(items) : new Value.Pairs(items);
      }
    };
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    int length = random.nextInt(1 << random.nextInt(12));
    int bound = new int[] {0x80, 0x800, 0x10000, 0x10ffff}[random.nextInt(4)];
    for (int i = 0; i < length; i++) {
      int point = random.nextInt(bound);
      text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '!' : point);
    }
    return text.toString();
  }

  private static byte[] bytes(Random random, int bound) {
    var bytes = new byte[random.nextInt(bound)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void write(MsgPackWriter to, Value value) {
    switch (value) {
      case Value.Nil() -> to.writeNil();
      case Value.Bool(var v) -> to.writeBool(v);
      case Value.Int(var v) -> to.writeInt(v);
      case Value.Unsigned(var v) -> to.writeUnsigned(v);
      case Value.F32(var v) -> to.writeFloat(v);
      case Value.F64(var v) -> to.writeDouble(v);
      case Value.Text(var v) -> to.writeString(v);
      case Value.Bin(var v) -> to.writeBin(v);
      case Value.Ext(var type, var v) -> to.writeExt(type, v);
      case Value.Items(var items) -> {
        to.writeArrayHeader(items.size());
        items.forEach(item -> write(to, item));
      }
      case Value.Pairs(var items) -> {
        to.writeMapHeader(items.size() / 2);
        items.forEach(item -> write(to, item));
      }
    }
  }

  private static void write(MessagePacker to, Value value) throws IOException {
    switch (value) {
      case Value.Nil() -> to.packNil();
      case Value.Bool(var v) -> to.packBoolean(v);
      case Value.Int(var v) -> to.packLong(v);
      case Value.Unsigned(var v) -> to.packBigInteger(new BigInteger(Long.toUnsignedString(v)));
      case Value.F32(var v) -> to.packFloat(v);
      case Value.F64(var v) -> to.packDouble(v);
      case Value.Text(var v) -> {
        to.packRawStringHeader(v.getBytes(UTF_8).length);
        to.writePayload(v.getBytes(UTF_8));
      }
      case Value.Bin(var v) -> {
        to.packBinaryHeader(v.length);
        to.writePayload(v);
      }
      case Value.Ext(var type, var v) -> {
        to.packExtensionTypeHeader((byte) type, v.length);
        to.writePayload(v);
      }
      case Value.Items(var items) -> {
        to.packArrayHeader(items.size());
        for (var item : items) {
          write(to, item);
        }
      }
      case Value.Pairs(var items) -> {
        to.packMapHeader(items.size() / 2);
        for (var item : items) {
          write(to, item);
        }
      }
    }
  }

  private static void read(MsgPackReader from, Value value) {
    switch (value) {
      case Value.Nil() -> from.readNil("v");
      case Value.Bool(var v) -> assertThat(from.readBool("v")).isEqualTo(v);
      case Value.Int(var v) -> assertThat(from.readLong("v")).isEqualTo(v);
      case Value.Unsigned(var v) -> assertThat(from.readUnsigned("v")).isEqualTo(v);
      case Value.F32(var v) -> assertThat(from.readFloat("v")).isEqualTo(v);
      case Value.F64(var v) -> assertThat(from.readDouble("v")).isEqualTo(v);
      case Value.Text(var v) -> assertThat(from.readString("v")).isEqualTo(v);
      case Value.Bin(var v) -> assertThat(from.readBin("v")).isEqualTo(v);
      case Value.Ext(var type, var v) -> {
        int length = from.readExtHeader("v");
        assertThat(from.extType()).isEqualTo(type);
        assertThat(from.readRaw("v", length)).isEqualTo(v);
      }
      case Value.Items(var items) -> {
        assertThat(from.readArrayHeader("v")).isEqualTo(items.size());
        items.forEach(item -> read(from, item));
      }
      case Value.Pairs(var items) -> {
        assertThat(from.readMapHeader("v")).isEqualTo(items.size() / 2);
        items.forEach(item -> read(from, item));
      }
    }
  }
}
