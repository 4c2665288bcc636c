package io.sennit.mesh;

import io.sennit.core.ProtocolException;
import io.sennit.mesh.wire.MapCodec;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Data of commands and requests: into bytes and out of them, and values out of received maps. A
 * getter gives zero, false or nothing for a key that is not there, and throws a {@link
 * TypeMismatchException} for a value of another type. Numbers of any type are accepted where they
 * fit; fractions are cut off. Any thread.
 */
public final class MeshData {
  private MeshData() {}

  /**
   * An empty parcel to fill.
   *
   * <p>seed: CreateRequestData
   */
  public static Parcel createRequestData() {
    return new Parcel();
  }

  /**
   * A map, parcel or record as bytes.
   *
   * <p>seed: CreateSendBytes
   *
   * @throws IllegalArgumentException if it is none of these or holds what cannot be sent
   */
  public static byte[] createSendBytes(Object data) {
    return MapCodec.encode(toMap(data));
  }

  /**
   * A map, parcel or record as the bytes that a handler returns.
   *
   * <p>seed: CreateReturnBytes
   *
   * @throws IllegalArgumentException if it is none of these or holds what cannot be sent
   */
  public static byte[] createReturnBytes(Object data) {
    return createSendBytes(data);
  }

  /**
   * Whether data can be sent: a map with texts as keys, a parcel or a record.
   *
   * <p>seed: ValidateDataType
   */
  public static boolean validateDataType(@Nullable Object data) {
    return switch (data) {
      case Parcel _, Record _ -> true;
      case Map<?, ?> map -> map.keySet().stream().allMatch(String.class::isInstance);
      case null, default -> false;
    };
  }

  /**
   * Bytes as a map.
   *
   * @throws ProtocolException if they are none
   */
  public static Map<String, @Nullable Object> read(byte[] bytes) {
    return bytes.length == 0 ? new LinkedHashMap<>() : MapCodec.decode(bytes);
  }

  private static Map<?, ?> toMap(Object data) {
    return switch (data) {
      case Parcel parcel -> parcel.export();
      case Map<?, ?> map -> map;
      case Record one -> ofRecord(one);
      default ->
          throw new IllegalArgumentException(
              data.getClass().getName() + " is neither a map, nor a parcel, nor a record");
    };
  }

  private static Map<String, @Nullable Object> ofRecord(Record one) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (var component : one.getClass().getRecordComponents()) {
      try {
        var accessor = component.getAccessor();
        accessor.trySetAccessible();
        var value = accessor.invoke(one);
        map.put(component.getName(), value instanceof Record inner ? ofRecord(inner) : value);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalArgumentException(
            "the field " + component.getName() + " of " + one.getClass().getName(), e);
      }
    }
    return map;
  }

  private static TypeMismatchException mismatch(String key, String wanted, Object found) {
    return new TypeMismatchException(
        key,
        wanted,
        found instanceof Number || found instanceof Unsigned
            ? found.getClass().getSimpleName() + " " + found
            : found.getClass().getSimpleName());
  }

  /**
   * A truth value; false if it is not there.
   *
   * <p>seed: GetBool
   */
  public static boolean getBool(Map<String, ? extends @Nullable Object> data, String key) {
    var value = data.get(key);
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value != null) {
      throw mismatch(key, "a boolean", value);
    }
    return false;
  }

  /**
   * Bytes, or text in base64; empty if it is not there.
   *
   * <p>seed: GetBytes
   */
  public static byte[] getBytes(Map<String, ? extends @Nullable Object> data, String key) {
    return switch (data.get(key)) {
      case null -> new byte[0];
      case byte[] bytes -> bytes;
      case String text -> {
        try {
          yield Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
          throw new TypeMismatchException(key, "bytes or base64", "a text that is not base64");
        }
      }
      case Object other -> throw mismatch(key, "bytes or base64", other);
    };
  }

  /**
   * A text, or bytes as UTF-8; empty if it is not there.
   *
   * <p>seed: GetString
   */
  public static String getString(Map<String, ? extends @Nullable Object> data, String key) {
    return switch (data.get(key)) {
      case null -> "";
      case String text -> text;
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case Object other -> throw mismatch(key, "a text", other);
    };
  }

  /**
   * A number with a fraction; 0 if it is not there.
   *
   * <p>seed: GetFloat64
   */
  public static double getFloat64(Map<String, ? extends @Nullable Object> data, String key) {
    return switch (data.get(key)) {
      case null -> 0;
      case Unsigned number -> number.toBigInteger().doubleValue();
      case Number number -> number.doubleValue();
      case Object other -> throw mismatch(key, "a number", other);
    };
  }

  private static BigInteger whole(
      Map<String, ? extends @Nullable Object> data,
      String key,
      String wanted,
      BigInteger min,
      BigInteger max) {
    var value = data.get(key);
    BigInteger number;
    switch (value) {
      case null -> {
        return BigInteger.ZERO;
      }
      case Unsigned unsigned -> number = unsigned.toBigInteger();
      case Float f when !Float.isFinite(f) -> throw mismatch(key, wanted, value);
      case Double d when !Double.isFinite(d) -> throw mismatch(key, wanted, value);
      case Float f -> number = new BigDecimal(f.toString()).toBigInteger();
      case Double d -> number = new BigDecimal(d).toBigInteger();
      case Number other -> number = BigInteger.valueOf(other.longValue());
      case Object other -> throw mismatch(key, wanted, other);
    }
    if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
      throw mismatch(key, wanted, value);
    }
    return number;
  }

  private static long whole(
      Map<String, ? extends @Nullable Object> data, String key, String wanted, long min, long max) {
    return whole(data, key, wanted, BigInteger.valueOf(min), BigInteger.valueOf(max)).longValue();
  }

  /**
   * A whole number in the range of int8; 0 if it is not there.
   *
   * <p>seed: GetInt8
   */
  public static byte getInt8(Map<String, ? extends @Nullable Object> data, String key) {
    return (byte) whole(data, key, "int8", Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  /**
   * A whole number in the range of int16; 0 if it is not there.
   *
   * <p>seed: GetInt16
   */
  public static short getInt16(Map<String, ? extends @Nullable Object> data, String key) {
    return (short) whole(data, key, "int16", Short.MIN_VALUE, Short.MAX_VALUE);
  }

  /**
   * A whole number in the range of int32; 0 if it is not there.
   *
   * <p>seed: GetInt32
   */
  public static int getInt32(Map<String, ? extends @Nullable Object> data, String key) {
    return (int) whole(data, key, "int32", Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /**
   * A whole number in the range of int64; 0 if it is not there.
   *
   * <p>seed: GetInt64
   */
  public static long getInt64(Map<String, ? extends @Nullable Object> data, String key) {
    return whole(data, key, "int64", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /**
   * A whole number in the range of int; 0 if it is not there.
   *
   * <p>seed: GetInt
   */
  public static long getInt(Map<String, ? extends @Nullable Object> data, String key) {
    return whole(data, key, "int", Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /**
   * A whole number in the range of uint8; 0 if it is not there.
   *
   * <p>seed: GetUint8
   */
  public static int getUint8(Map<String, ? extends @Nullable Object> data, String key) {
    return (int) whole(data, key, "uint8", 0, 0xff);
  }

  /**
   * A whole number in the range of uint16; 0 if it is not there.
   *
   * <p>seed: GetUint16
   */
  public static int getUint16(Map<String, ? extends @Nullable Object> data, String key) {
    return (int) whole(data, key, "uint16", 0, 0xffff);
  }

  /**
   * A whole number in the range of uint32; 0 if it is not there.
   *
   * <p>seed: GetUint32
   */
  public static long getUint32(Map<String, ? extends @Nullable Object> data, String key) {
    return whole(data, key, "uint32", 0, 0xffff_ffffL);
  }

  /**
   * All bits of a whole number in the range of uint64; 0 if it is not there.
   *
   * <p>seed: GetUint64
   */
  public static long getUint64(Map<String, ? extends @Nullable Object> data, String key) {
    return getUint64Exact(data, key).longValue();
  }

  /** A whole number in the range of uint64; 0 if it is not there. */
  public static BigInteger getUint64Exact(
      Map<String, ? extends @Nullable Object> data, String key) {
    return whole(
        data,
        key,
        "uint64",
        BigInteger.ZERO,
        BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
  }
}
