package io.sennit.mesh;

import io.sennit.core.ProtocolException;
import io.sennit.mesh.wire.TypeCode;
import io.sennit.mesh.wire.WireReader;
import io.sennit.mesh.wire.WireWriter;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compact layout of named, typed values, defined once and shared by both sides; an {@link
 * Instance} holds the values. Appending properties at the end keeps old and new sides compatible.
 * Immutable; any thread. The bytes are those of docs/protocol/mesh.md, section 8.
 *
 * <pre>{@code
 * static final TransportData USER =
 *     TransportData.define(property("name", Type.STRING), property("level", Type.UINT16));
 *
 * var user = USER.instance();
 * user.setAsString("name", "John");
 * byte[] packed = user.pack();
 * }</pre>
 *
 * <p>seed: td.DefineTransportData
 */
public final class TransportData {
  /** Properties of one definition at most. */
  public static final int MAX_PROPERTIES = 1024;

  private static final int FORMAT = 1;
  private static final int MAX_SIZE = 10_000_000;

  private final List<Property> properties;
  private final Map<String, Integer> indexes = new LinkedHashMap<>();

  private TransportData(List<Property> properties) {
    this.properties = properties;
    for (int i = 0; i < properties.size(); i++) {
      if (indexes.put(properties.get(i).name(), i) != null) {
        throw new IllegalArgumentException(
            "two properties are called '" + properties.get(i).name() + "'");
      }
    }
  }

  /**
   * A named value.
   *
   * <p>seed: td.Property
   *
   * @param name not empty; capital letters count
   * @param type what it is
   */
  public record Property(String name, Type type) {
    /** Checks the name. */
    public Property {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a property without a name");
      }
    }
  }

  /** The types of values. */
  public enum Type {
    /** A value of this type. */
    BOOL(TypeCode.BOOL, false),
    /** A value of this type. */
    INT8(TypeCode.INT8, false),
    /** A value of this type. */
    UINT8(TypeCode.UINT8, false),
    /** A value of this type. */
    INT16(TypeCode.INT16, false),
    /** A value of this type. */
    UINT16(TypeCode.UINT16, false),
    /** A value of this type. */
    INT32(TypeCode.INT32, false),
    /** A value of this type. */
    UINT32(TypeCode.UINT32, false),
    /** A value of this type. */
    INT64(TypeCode.INT64, false),
    /** A value of this type. */
    UINT64(TypeCode.UINT64, false),
    /** A value of this type. */
    INT(TypeCode.INT, false),
    /** A value of this type. */
    FLOAT32(TypeCode.FLOAT32, false),
    /** A value of this type. */
    FLOAT64(TypeCode.FLOAT64, false),
    /** A value of this type. */
    STRING(TypeCode.STRING, false),
    /** A value of this type. */
    BYTES(TypeCode.BYTES, false),
    /** An array of these. */
    BOOL_ARRAY(TypeCode.BOOL, true),
    /** An array of these. */
    INT8_ARRAY(TypeCode.INT8, true),
    /** An array of these. */
    UINT8_ARRAY(TypeCode.UINT8, true),
    /** An array of these. */
    INT16_ARRAY(TypeCode.INT16, true),
    /** An array of these. */
    UINT16_ARRAY(TypeCode.UINT16, true),
    /** An array of these. */
    INT32_ARRAY(TypeCode.INT32, true),
    /** An array of these. */
    UINT32_ARRAY(TypeCode.UINT32, true),
    /** An array of these. */
    INT64_ARRAY(TypeCode.INT64, true),
    /** An array of these. */
    UINT64_ARRAY(TypeCode.UINT64, true),
    /** An array of these. */
    INT_ARRAY(TypeCode.INT, true),
    /** An array of these. */
    FLOAT32_ARRAY(TypeCode.FLOAT32, true),
    /** An array of these. */
    FLOAT64_ARRAY(TypeCode.FLOAT64, true),
    /** An array of these. */
    STRING_ARRAY(TypeCode.STRING, true),
    /** An array of these. */
    BYTES_ARRAY(TypeCode.BYTES, true);

    private final TypeCode element;
    private final boolean array;

    Type(TypeCode element, boolean array) {
      this.element = element;
      this.array = array;
    }

    private int code() {
      return element.code() + (array ? TypeCode.ARRAY : 0);
    }
  }

  /** Names a property. */
  public static Property property(String name, Type type) {
    return new Property(name, type);
  }

  /**
   * Defines a layout.
   *
   * @throws IllegalArgumentException if two properties have the same name, or there are too many
   */
  public static TransportData define(Property... properties) {
    if (properties.length > MAX_PROPERTIES) {
      throw new IllegalArgumentException(
          properties.length + " properties, at most " + MAX_PROPERTIES);
    }
    return new TransportData(List.of(properties));
  }

  /** The properties in their order. */
  public List<Property> properties() {
    return properties;
  }

  /**
   * Values to set or to unpack; not for two threads at once.
   *
   * <p>seed: New
   */
  public Instance instance() {
    return new Instance(this);
  }

  private int index(String name) {
    var index = indexes.get(name);
    if (index == null) {
      throw new IllegalArgumentException(
          "no property '" + name + "'; there are " + indexes.keySet());
    }
    return index;
  }

  /**
   * Values of one {@link TransportData}. A setter for an unknown name, or of another type than the
   * property's, throws an {@link IllegalArgumentException}; a getter gives nothing for a value that
   * was not set, a name that is not there or another type. Arrays are copied on their way in and
   * out. Not thread-safe.
   */
  public static final class Instance {
    private final TransportData definition;
    private final @Nullable Object[] values;

    private Instance(TransportData definition) {
      this.definition = definition;
      this.values = new @Nullable Object[definition.properties.size()];
    }

    private void put(String name, Type type, Object value) {
      int index = definition.index(name);
      var property = definition.properties.get(index);
      if (property.type() != type) {
        throw new IllegalArgumentException(
            "'" + name + "' is of type " + property.type() + ", not " + type);
      }
      values[index] = value;
    }

    private @Nullable Object value(String name, Type type) {
      var index = definition.indexes.get(name);
      return index == null || definition.properties.get(index).type() != type
          ? null
          : values[index];
    }

    private static long range(String name, long value, long max) {
      if (value < 0 || value > max) {
        throw new IllegalArgumentException("'" + name + "': " + value + ", from 0 to " + max);
      }
      return value;
    }

    private void putAll(String name, Type type, Object array) {
      int length = Array.getLength(array);
      var list = new ArrayList<Object>(length);
      for (int i = 0; i < length; i++) {
        var one = Array.get(array, i);
        if (one == null) {
          throw new IllegalArgumentException("'" + name + "': null at " + i);
        }
        switch (type) {
          case UINT8_ARRAY -> range(name, (Integer) one, 0xff);
          case UINT16_ARRAY -> range(name, (Integer) one, 0xffff);
          case UINT32_ARRAY -> range(name, (Long) one, 0xffff_ffffL);
          default -> {}
        }
        list.add(one instanceof byte[] bytes ? bytes.clone() : one);
      }
      put(name, type, list);
    }

    private <T> Optional<T> getAll(String name, Type type, Class<T> arrayType) {
      if (!(value(name, type) instanceof List<?> list)) {
        return Optional.empty();
      }
      var array = Array.newInstance(arrayType.getComponentType(), list.size());
      for (int i = 0; i < list.size(); i++) {
        Array.set(array, i, list.get(i) instanceof byte[] bytes ? bytes.clone() : list.get(i));
      }
      return Optional.of(arrayType.cast(array));
    }

    /** Forgets all values. */
    public void clear() {
      Arrays.fill(values, null);
    }

    /**
     * The values that are set, as bytes.
     *
     * <p>seed: Pack
     *
     * @throws IllegalArgumentException if they take more than 10,000,000 bytes
     */
    public byte[] pack() {
      var out = new WireWriter(64);
      out.u8(FORMAT);
      for (int i = 0; i < values.length; i++) {
        var value = values[i];
        if (value != null) {
          var type = definition.properties.get(i).type();
          out.varint(i * 64L + type.code());
          if (type.array) {
            type.element.writeAll(out, (List<?>) value);
          } else {
            type.element.write(out, value);
          }
        }
      }
      if (out.length() > MAX_SIZE) {
        throw new IllegalArgumentException(out.length() + " bytes packed, at most " + MAX_SIZE);
      }
      return out.toBytes();
    }

    /**
     * Replaces all values by what the bytes hold. Properties that only the sender knows are left
     * out.
     *
     * <p>seed: Unpack
     *
     * @throws ProtocolException if they are malformed; then no value is set
     */
    public void unpack(byte[] packed) {
      clear();
      try {
        read(new WireReader(packed));
      } catch (ProtocolException e) {
        clear();
        throw e;
      }
    }

    private void read(WireReader in) {
      if (in.remaining() > MAX_SIZE) {
        throw in.bad("packed", in.remaining() + " bytes, at most " + MAX_SIZE);
      }
      int format = in.u8("format");
      if (format != FORMAT) {
        throw in.bad("format", format + " is not known");
      }
      int last = -1;
      while (!in.atEnd()) {
        long tag = in.varint("property", MAX_PROPERTIES * 64L - 1);
        int index = (int) (tag / 64);
        int code = (int) (tag % 64);
        if (index <= last) {
          throw in.bad("property", index + " after " + last);
        }
        last = index;
        boolean array = code > TypeCode.ARRAY;
        var type = TypeCode.of(array ? code - TypeCode.ARRAY : code, in);
        if (index < values.length && definition.properties.get(index).type().code() != code) {
          throw in.bad(
              "property",
              "'" + definition.properties.get(index).name() + "' has the type code " + code);
        }
        Object value = array ? type.readAll(in) : type.read(in);
        if (index < values.length) {
          values[index] = value;
        }
      }
    }

    /** Sets a value. */
    public void setAsBool(String name, boolean value) {
      put(name, Type.BOOL, value);
    }

    /** The value, if it was set. */
    public Optional<Boolean> getAsBool(String name) {
      return Optional.ofNullable((Boolean) value(name, Type.BOOL));
    }

    /** Sets an array. */
    public void setAsBoolArray(String name, boolean[] values) {
      putAll(name, Type.BOOL_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<boolean[]> getAsBoolArray(String name) {
      return getAll(name, Type.BOOL_ARRAY, boolean[].class);
    }

    /** Sets a value. */
    public void setAsInt8(String name, byte value) {
      put(name, Type.INT8, value);
    }

    /** The value, if it was set. */
    public Optional<Byte> getAsInt8(String name) {
      return Optional.ofNullable((Byte) value(name, Type.INT8));
    }

    /** Sets an array. */
    public void setAsInt8Array(String name, byte[] values) {
      putAll(name, Type.INT8_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<byte[]> getAsInt8Array(String name) {
      return getAll(name, Type.INT8_ARRAY, byte[].class);
    }

    /** Sets a value (from 0). */
    public void setAsUint8(String name, int value) {
      range(name, value, 0xff);
      put(name, Type.UINT8, value);
    }

    /** The value, if it was set. */
    public Optional<Integer> getAsUint8(String name) {
      return Optional.ofNullable((Integer) value(name, Type.UINT8));
    }

    /** Sets an array. */
    public void setAsUint8Array(String name, int[] values) {
      putAll(name, Type.UINT8_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<int[]> getAsUint8Array(String name) {
      return getAll(name, Type.UINT8_ARRAY, int[].class);
    }

    /** Sets a value. */
    public void setAsInt16(String name, short value) {
      put(name, Type.INT16, value);
    }

    /** The value, if it was set. */
    public Optional<Short> getAsInt16(String name) {
      return Optional.ofNullable((Short) value(name, Type.INT16));
    }

    /** Sets an array. */
    public void setAsInt16Array(String name, short[] values) {
      putAll(name, Type.INT16_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<short[]> getAsInt16Array(String name) {
      return getAll(name, Type.INT16_ARRAY, short[].class);
    }

    /** Sets a value (from 0). */
    public void setAsUint16(String name, int value) {
      range(name, value, 0xffff);
      put(name, Type.UINT16, value);
    }

    /** The value, if it was set. */
    public Optional<Integer> getAsUint16(String name) {
      return Optional.ofNullable((Integer) value(name, Type.UINT16));
    }

    /** Sets an array. */
    public void setAsUint16Array(String name, int[] values) {
      putAll(name, Type.UINT16_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<int[]> getAsUint16Array(String name) {
      return getAll(name, Type.UINT16_ARRAY, int[].class);
    }

    /** Sets a value. */
    public void setAsInt32(String name, int value) {
      put(name, Type.INT32, value);
    }

    /** The value, if it was set. */
    public Optional<Integer> getAsInt32(String name) {
      return Optional.ofNullable((Integer) value(name, Type.INT32));
    }

    /** Sets an array. */
    public void setAsInt32Array(String name, int[] values) {
      putAll(name, Type.INT32_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<int[]> getAsInt32Array(String name) {
      return getAll(name, Type.INT32_ARRAY, int[].class);
    }

    /** Sets a value (from 0). */
    public void setAsUint32(String name, long value) {
      range(name, value, 0xffff_ffffL);
      put(name, Type.UINT32, value);
    }

    /** The value, if it was set. */
    public Optional<Long> getAsUint32(String name) {
      return Optional.ofNullable((Long) value(name, Type.UINT32));
    }

    /** Sets an array. */
    public void setAsUint32Array(String name, long[] values) {
      putAll(name, Type.UINT32_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<long[]> getAsUint32Array(String name) {
      return getAll(name, Type.UINT32_ARRAY, long[].class);
    }

    /** Sets a value. */
    public void setAsInt64(String name, long value) {
      put(name, Type.INT64, value);
    }

    /** The value, if it was set. */
    public Optional<Long> getAsInt64(String name) {
      return Optional.ofNullable((Long) value(name, Type.INT64));
    }

    /** Sets an array. */
    public void setAsInt64Array(String name, long[] values) {
      putAll(name, Type.INT64_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<long[]> getAsInt64Array(String name) {
      return getAll(name, Type.INT64_ARRAY, long[].class);
    }

    /** Sets a value (all 64 bits). */
    public void setAsUint64(String name, long value) {
      put(name, Type.UINT64, value);
    }

    /** The value, if it was set. */
    public Optional<Long> getAsUint64(String name) {
      return Optional.ofNullable((Long) value(name, Type.UINT64));
    }

    /** Sets an array. */
    public void setAsUint64Array(String name, long[] values) {
      putAll(name, Type.UINT64_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<long[]> getAsUint64Array(String name) {
      return getAll(name, Type.UINT64_ARRAY, long[].class);
    }

    /** Sets a value. */
    public void setAsInt(String name, long value) {
      put(name, Type.INT, value);
    }

    /** The value, if it was set. */
    public Optional<Long> getAsInt(String name) {
      return Optional.ofNullable((Long) value(name, Type.INT));
    }

    /** Sets an array. */
    public void setAsIntArray(String name, long[] values) {
      putAll(name, Type.INT_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<long[]> getAsIntArray(String name) {
      return getAll(name, Type.INT_ARRAY, long[].class);
    }

    /** Sets a value. */
    public void setAsFloat32(String name, float value) {
      put(name, Type.FLOAT32, value);
    }

    /** The value, if it was set. */
    public Optional<Float> getAsFloat32(String name) {
      return Optional.ofNullable((Float) value(name, Type.FLOAT32));
    }

    /** Sets an array. */
    public void setAsFloat32Array(String name, float[] values) {
      putAll(name, Type.FLOAT32_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<float[]> getAsFloat32Array(String name) {
      return getAll(name, Type.FLOAT32_ARRAY, float[].class);
    }

    /** Sets a value. */
    public void setAsFloat64(String name, double value) {
      put(name, Type.FLOAT64, value);
    }

    /** The value, if it was set. */
    public Optional<Double> getAsFloat64(String name) {
      return Optional.ofNullable((Double) value(name, Type.FLOAT64));
    }

    /** Sets an array. */
    public void setAsFloat64Array(String name, double[] values) {
      putAll(name, Type.FLOAT64_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<double[]> getAsFloat64Array(String name) {
      return getAll(name, Type.FLOAT64_ARRAY, double[].class);
    }

    /** Sets a value. */
    public void setAsString(String name, String value) {
      put(name, Type.STRING, value);
    }

    /** The value, if it was set. */
    public Optional<String> getAsString(String name) {
      return Optional.ofNullable((String) value(name, Type.STRING));
    }

    /** Sets an array. */
    public void setAsStringArray(String name, String[] values) {
      putAll(name, Type.STRING_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<String[]> getAsStringArray(String name) {
      return getAll(name, Type.STRING_ARRAY, String[].class);
    }

    /** Sets a value. */
    public void setAsBytes(String name, byte[] value) {
      put(name, Type.BYTES, value.clone());
    }

    /** The value, if it was set. */
    public Optional<byte[]> getAsBytes(String name) {
      return Optional.ofNullable((byte[]) value(name, Type.BYTES)).map(byte[]::clone);
    }

    /** Sets an array. */
    public void setAsBytesArray(String name, byte[][] values) {
      putAll(name, Type.BYTES_ARRAY, values);
    }

    /** The array, if it was set. */
    public Optional<byte[][]> getAsBytesArray(String name) {
      return getAll(name, Type.BYTES_ARRAY, byte[][].class);
    }
  }
}
