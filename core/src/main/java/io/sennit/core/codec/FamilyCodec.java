package io.sennit.core.codec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of a sealed family of records: a map of one pair, the record's simple name and itself. */
final class FamilyCodec<T> extends MsgPackCodec<T> {
  private final Map<Class<?>, MsgPackCodec<T>> byClass = new LinkedHashMap<>();
  private final Map<String, MsgPackCodec<T>> byName = new LinkedHashMap<>();

  FamilyCodec(Class<T> type) {
    super(type.getSimpleName());
  }

  /** Adds a record; the one that had its name before, if any. */
  @Nullable MsgPackCodec<T> add(Class<?> type, MsgPackCodec<T> codec) {
    byClass.put(type, codec);
    return byName.put(type.getSimpleName(), codec);
  }

  @Override
  public void write(MsgPackWriter to, T value) {
    var codec = Objects.requireNonNull(byClass.get(value.getClass()), name());
    to.writeMapHeader(1);
    to.enter(name());
    to.writeString(value.getClass().getSimpleName());
    codec.write(to, value);
    to.leave();
  }

  @Override
  public T read(MsgPackReader from, String field) {
    int count = from.readMapHeader(field);
    if (count != 1) {
      throw from.wrong(field, "a " + name() + " is a map of 1 pair, not of " + count);
    }
    from.enter(field);
    var text = from.readString(field);
    var codec = byName.get(text);
    if (codec == null) {
      throw from.wrong(field, text + " is none of " + byName.keySet());
    }
    var value = codec.read(from, field);
    from.leave();
    return value;
  }
}
