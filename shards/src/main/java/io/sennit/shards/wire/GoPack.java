package io.sennit.shards.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackType;
import io.sennit.core.codec.MsgPackWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** MessagePack as the original writes and reads it, docs/protocol/shards.md §2. */
final class GoPack {
  private static final int INT64 = 0xd3;

  private GoPack() {}

  // --- writing ---

  static void key(MsgPackWriter out, String name) {
    out.writeString(name);
  }

  /** Always nine bytes, also for zero. */
  static void writeLong(MsgPackWriter out, long value) {
    var bytes = new byte[9];
    bytes[0] = (byte) INT64;
    for (int i = 8; i > 0; i--) {
      bytes[i] = (byte) value;
      value >>= 8;
    }
    out.writeRaw(bytes);
  }

  static void writeInts(MsgPackWriter out, Optional<List<Integer>> values) {
    if (values.isEmpty()) {
      out.writeNil();
      return;
    }
    out.writeArrayHeader(values.get().size());
    values.get().forEach(v -> writeLong(out, v));
  }

  /** A value of an application: each type keeps its width. */
  static void writeValue(MsgPackWriter out, @Nullable Object value) {
    switch (value) {
      case null -> out.writeNil();
      case Long v -> writeLong(out, v);
      case Integer v -> out.writeRaw(new byte[] {(byte) 0xd2}).writeRaw(bigEndian(v, 4));
      case Short v -> out.writeRaw(new byte[] {(byte) 0xd1}).writeRaw(bigEndian(v, 2));
      case Byte v -> out.writeRaw(new byte[] {(byte) 0xd0, v});
      case Boolean v -> out.writeBool(v);
      case Float v -> out.writeFloat(v);
      case Double v -> out.writeDouble(v);
      case CharSequence v -> out.writeString(v.toString());
      case byte[] v -> out.writeBin(v);
      case List<?> v -> {
        out.writeArrayHeader(v.size());
        v.forEach(one -> writeValue(out, one));
      }
      case Map<?, ?> v -> {
        out.writeMapHeader(v.size());
        v.forEach(
            (key, one) -> {
              writeValue(out, key);
              writeValue(out, one);
            });
      }
      default ->
          throw new IllegalArgumentException(
              value.getClass().getName() + " is no type of the protocol; register a codec for it");
    }
  }

  private static byte[] bigEndian(long value, int width) {
    var bytes = new byte[width];
    for (int i = width - 1; i >= 0; i--) {
      bytes[i] = (byte) value;
      value >>= 8;
    }
    return bytes;
  }

  // --- reading ---

  /**
   * A structure as the offsets of its values by name: from a map, or from a list by position.
   * Unknown names are skipped, the last of a name counts, nil is a structure of zeros.
   */
  static Map<String, byte[]> fields(byte[] body, List<String> names, String what) {
    var in = new MsgPackReader(body);
    var found = new LinkedHashMap<String, byte[]>();
    switch (in.nextType(what)) {
      case NIL -> in.readNil(what);
      case ARRAY -> {
        int count = in.readArrayHeader(what);
        for (int i = 0; i < count; i++) {
          take(in, i < names.size() ? names.get(i) : "", body, found, what);
        }
      }
      case MAP -> {
        int count = in.readMapHeader(what);
        for (int i = 0; i < count; i++) {
          var name = in.nextType(what) == MsgPackType.NIL ? nil(in, what) : readString(in, what);
          take(in, names.contains(name) ? name : "", body, found, what);
        }
      }
      default -> throw in.wrong(what, "a map, a list or nil");
    }
    return found;
  }

  private static String nil(MsgPackReader in, String what) {
    in.readNil(what);
    return "";
  }

  private static void take(
      MsgPackReader in, String name, byte[] body, Map<String, byte[]> found, String what) {
    int from = in.position();
    in.skip(name.isEmpty() ? what : name);
    if (!name.isEmpty()) {
      found.put(name, java.util.Arrays.copyOfRange(body, from, in.position()));
    }
  }

  static int readInt(Map<String, byte[]> fields, String name) {
    return (int) readLong(fields, name, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  static long readLong(Map<String, byte[]> fields, String name, long min, long max) {
    var in = reader(fields, name);
    return in == null || in.tryNil(name) ? 0 : in.readLong(name, min, max);
  }

  static boolean readBool(Map<String, byte[]> fields, String name) {
    var in = reader(fields, name);
    return in != null && in.readBool(name);
  }

  static String readText(Map<String, byte[]> fields, String name) {
    var in = reader(fields, name);
    return in == null || in.tryNil(name) ? "" : readString(in, name);
  }

  static Optional<byte[]> readBytes(Map<String, byte[]> fields, String name) {
    var in = reader(fields, name);
    return in == null || in.tryNil(name) ? Optional.empty() : Optional.of(in.readBin(name));
  }

  static Optional<List<Integer>> readInts(Map<String, byte[]> fields, String name) {
    var in = reader(fields, name);
    if (in == null || in.tryNil(name)) {
      return Optional.empty();
    }
    int count = in.readArrayHeader(name);
    var list = new ArrayList<Integer>(count);
    for (int i = 0; i < count; i++) {
      list.add(in.tryNil(name) ? 0 : in.readInt(name));
    }
    return Optional.of(list);
  }

  private static @Nullable MsgPackReader reader(Map<String, byte[]> fields, String name) {
    var bytes = fields.get(name);
    return bytes == null ? null : new MsgPackReader(bytes);
  }

  /** Text or bytes; what is not UTF-8 is replaced, as the original takes it too. */
  private static String readString(MsgPackReader in, String field) {
    int length =
        in.nextType(field) == MsgPackType.BIN
            ? in.readBinHeader(field)
            : in.readStringHeader(field);
    return new String(in.readRaw(field, length), UTF_8);
  }
}
