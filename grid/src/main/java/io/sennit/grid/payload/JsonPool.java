package io.sennit.grid.payload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackCodec;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values of one type that travel as JSON: makes them and has their codec. A constant, for any
 * number of threads. Despite the name nothing is pooled. seed: {@code JSONPool}.
 *
 * <p>The type is read and written by Jackson: a record or bean whose package is open to {@code
 * com.fasterxml.jackson.databind}, if it lies in a module. Members a reader does not know are
 * passed over. JSON may be nested as deep as Jackson's own limits allow, 1000 levels.
 *
 * @param <T> the value
 */
public final class JsonPool<T> {
  private final Supplier<T> fresh;
  private final JavaType type;
  private final JsonCodec codec = new JsonCodec();

  private JsonPool(JavaType type, Supplier<T> fresh) {
    this.type = type;
    this.fresh = fresh;
  }

  /**
   * A pool of one type.
   *
   * @param fresh what {@link Json#value()} of an unset one gives; never null
   */
  public static <T> JsonPool<T> of(Class<T> type, Supplier<T> fresh) {
    return new JsonPool<>(JsonText.MAPPER.constructType(type), fresh);
  }

  /**
   * The codec: a {@code bin} of JSON text and a newline, with {@code <}, {@code >} and {@code &}
   * escaped; unset is {@code c0}. Any JSON of the type is read; other bytes are a {@link
   * ProtocolException}. A value Jackson cannot write is an {@link IllegalArgumentException}.
   */
  public MsgPackCodec<Json<T>> codec() {
    return codec;
  }

  /** Unset. seed: {@code NewJSON}. */
  public Json<T> newJson() {
    return new Json<>(fresh, null);
  }

  /** With a value. seed: {@code NewJSONWith}. */
  public Json<T> newWith(@Nullable T value) {
    return new Json<>(fresh, value);
  }

  private final class JsonCodec extends MsgPackCodec<Json<T>> {
    JsonCodec() {
      super("json");
    }

    @Override
    public void write(MsgPackWriter to, Json<T> value) {
      Objects.requireNonNull(value, name());
      var inner = value.valueOrZero();
      if (inner.isEmpty()) {
        to.writeNil();
        return;
      }
      byte[] text;
      try {
        text = JsonText.write(inner.get());
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("no JSON of a " + type.toCanonical(), e);
      }
      to.writeBin(text);
    }

    @Override
    public Json<T> read(MsgPackReader from, String field) {
      if (from.tryNil(field)) {
        return newJson();
      }
      int start = from.position();
      var text = from.readBin(field);
      try {
        T value = JsonText.READER.forType(type).readValue(text);
        return newWith(value == null ? fresh.get() : value); // JSON's null is a value, not unset
      } catch (IOException e) {
        var why = new ProtocolException(field, start, "not the JSON expected: " + reason(e));
        why.addSuppressed(e);
        throw why;
      }
    }

    private static String reason(IOException e) {
      return e instanceof JsonProcessingException json
          ? json.getOriginalMessage()
          : String.valueOf(e.getMessage());
    }
  }
}
