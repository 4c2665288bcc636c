package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;
import io.sennit.mesh.Unsigned;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Maps of names to values as bytes, with exact types (docs/protocol/mesh.md, section 8). Values are
 * null, booleans, numbers, {@link Unsigned}, texts, bytes, maps and lists of these.
 */
public final class MapCodec {
  /** Maps and lists in each other at most. */
  public static final int MAX_DEPTH = 16;

  /** Entries of one map or list at most. */
  public static final int MAX_ENTRIES = 65_535;

  private static final int NULL = 15;
  private static final int MAP = 16;
  private static final int LIST = 17;

  private MapCodec() {}

  /**
   * A map as bytes.
   *
   * @throws IllegalArgumentException if a key is no text, or a value of another type, or it is too
   *     deep or too large; says where
   */
  public static byte[] encode(Map<?, ?> map) {
    var out = new WireWriter(64);
    writeMap(out, map, "", 1);
    if (out.length() > Frame.MAX_MESSAGE) {
      throw new IllegalArgumentException(
          "a map of " + out.length() + " bytes, at most " + Frame.MAX_MESSAGE);
    }
    return out.toBytes();
  }

  /**
   * Bytes as a map, in the order of its entries.
   *
   * @throws ProtocolException if they are none
   */
  public static Map<String, @Nullable Object> decode(byte[] bytes) {
    var in = new WireReader(bytes);
    var map = readMap(in, 1);
    in.end("map");
    return map;
  }

  private static void writeMap(WireWriter out, Map<?, ?> map, String path, int depth) {
    check(map.size(), path, depth);
    out.varint(map.size());
    for (var entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new IllegalArgumentException(path + ": the key " + entry.getKey() + " is no text");
      }
      out.text(key);
      writeValue(out, entry.getValue(), path.isEmpty() ? key : path + "." + key, depth);
    }
  }

  private static void check(int size, String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(path + ": deeper than " + MAX_DEPTH);
    }
    if (size > MAX_ENTRIES) {
      throw new IllegalArgumentException(path + ": " + size + " entries, at most " + MAX_ENTRIES);
    }
  }

  private static void writeValue(WireWriter out, @Nullable Object value, String path, int depth) {
    switch (value) {
      case null -> out.u8(NULL);
      case Boolean b -> put(out, TypeCode.BOOL, b);
      case Byte b -> put(out, TypeCode.INT8, b);
      case Short s -> put(out, TypeCode.INT16, s);
      case Integer i -> put(out, TypeCode.INT32, i);
      case Long l -> put(out, TypeCode.INT64, l);
      case Float f -> put(out, TypeCode.FLOAT32, f);
      case Double d -> put(out, TypeCode.FLOAT64, d);
      case Unsigned u -> {
        switch (u.width()) {
          case BITS_8 -> put(out, TypeCode.UINT8, (int) u.bits());
          case BITS_16 -> put(out, TypeCode.UINT16, (int) u.bits());
          case BITS_32 -> put(out, TypeCode.UINT32, u.bits());
          case BITS_64 -> put(out, TypeCode.UINT64, u.bits());
        }
      }
      case String s -> put(out, TypeCode.STRING, s);
      case byte[] bytes -> put(out, TypeCode.BYTES, bytes);
      case Map<?, ?> map -> {
        out.u8(MAP);
        writeMap(out, map, path, depth + 1);
      }
      case List<?> list -> {
        check(list.size(), path, depth + 1);
        out.u8(LIST).varint(list.size());
        for (int i = 0; i < list.size(); i++) {
          writeValue(out, list.get(i), path + "[" + i + "]", depth + 1);
        }
      }
      default ->
          throw new IllegalArgumentException(
              path + ": a value of " + value.getClass().getName() + " cannot be sent");
    }
  }

  private static void put(WireWriter out, TypeCode type, Object value) {
    out.u8(type.code());
    type.write(out, value);
  }

  private static Map<String, @Nullable Object> readMap(WireReader in, int depth) {
    int count = count(in, depth, 3);
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < count; i++) {
      var key = in.text("key", TypeCode.MAX_BYTES);
      if (map.containsKey(key)) {
        throw in.bad("key", "'" + key + "' comes twice");
      }
      map.put(key, readValue(in, depth));
    }
    return map;
  }

  private static int count(WireReader in, int depth, int least) {
    if (depth > MAX_DEPTH) {
      throw in.bad("depth", "more than " + MAX_DEPTH);
    }
    // an entry takes at least a length, a type and, unless it is null, one byte
    return in.count("entries", Math.min(MAX_ENTRIES, in.remaining() / Math.max(1, least - 1)));
  }

  private static @Nullable Object readValue(WireReader in, int depth) {
    int code = in.u8("type code");
    return switch (code) {
      case NULL -> null;
      case MAP -> readMap(in, depth + 1);
      case LIST -> {
        int count = count(in, depth + 1, 2);
        var list = new ArrayList<@Nullable Object>(count);
        for (int i = 0; i < count; i++) {
          list.add(readValue(in, depth + 1));
        }
        yield list;
      }
      default -> scalar(TypeCode.of(code, in), in);
    };
  }

  private static Object scalar(TypeCode type, WireReader in) {
    var value = type.read(in);
    return switch (type) {
      case UINT8 -> Unsigned.of8((Integer) value);
      case UINT16 -> Unsigned.of16((Integer) value);
      case UINT32 -> Unsigned.of32((Long) value);
      case UINT64 -> Unsigned.of64((Long) value);
      default -> value;
    };
  }
}
