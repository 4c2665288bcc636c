package io.sennit.core.codec;

import io.sennit.core.ProtocolException;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record as a map from component name to value. Made in two steps, so that a record may contain
 * itself.
 */
final class RecordCodec<T> extends MsgPackCodec<T> {
  private static final Object MISSING = new Object();
  private static final int UNKNOWN = -1;

  /** One component; handles take the record as an Object, so that they are called exactly. */
  record Component(
      String field,
      byte[] key,
      Kind kind,
      MethodHandle getter,
      MsgPackCodec<Object> codec,
      @Nullable Object ifMissing) {}

  /** How a component is fetched without boxing it. */
  enum Kind {
    LONG,
    DOUBLE,
    FLOAT,
    BOOL,
    OBJECT
  }

  private Component[] components = {};
  private @Nullable MethodHandle constructor; // (Object[])Object
  private final Map<String, Integer> byName = new HashMap<>();

  RecordCodec(String name) {
    super(name);
  }

  void complete(List<Component> all, List<String> names, MethodHandle canonical) {
    components = all.toArray(new Component[0]);
    constructor = canonical;
    for (int i = 0; i < components.length; i++) {
      byName.put(names.get(i), i);
    }
  }

  @Override
  public void write(MsgPackWriter to, T value) {
    Objects.requireNonNull(value, name());
    to.writeMapHeader(components.length);
    to.enter(name());
    for (var component : components) {
      to.writeRaw(component.key);
      write(to, component, value);
    }
    to.leave();
  }

  @Override
  public T read(MsgPackReader from, String field) {
    int start = from.position();
    int count = from.readMapHeader(name());
    from.enter(name());
    var values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = MISSING;
    }
    int expected = 0; // a peer of the same version writes them in our order
    for (int i = 0; i < count; i++) {
      int index = expected;
      if (index == components.length || !from.tryRaw(components[index].key)) {
        index = byName.getOrDefault(from.readString(name()), UNKNOWN);
        if (index == UNKNOWN) {
          from.skip(name());
          continue;
        }
      }
      expected = index + 1;
      var component = components[index];
      if (values[index] != MISSING) {
        throw from.wrong(component.field, "comes twice");
      }
      values[index] = component.codec.read(from, component.field);
    }
    from.leave();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == MISSING) {
        var empty = components[i].ifMissing;
        if (empty == null) {
          throw new ProtocolException(components[i].field, start, "is missing");
        }
        values[i] = empty;
      }
    }
    return construct(start, values);
  }

  private void write(MsgPackWriter to, Component component, T value) {
    var getter = component.getter;
    try {
      switch (component.kind) {
        case LONG -> to.writeInt((long) getter.invokeExact((Object) value));
        case BOOL -> to.writeBool((boolean) getter.invokeExact((Object) value));
        case DOUBLE -> to.writeDouble((double) getter.invokeExact((Object) value));
        case FLOAT -> to.writeFloat((float) getter.invokeExact((Object) value));
        case OBJECT -> {
          var part = (@Nullable Object) getter.invokeExact((Object) value);
          if (part == null) {
            throw new NullPointerException(
                component.field + " is null; make it an Optional if it may be absent");
          }
          component.codec.write(to, part);
        }
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the accessor of " + component.field, e);
    }
  }

  @SuppressWarnings("unchecked")
  private T construct(int start, Object[] values) {
    try {
      return (T) Objects.requireNonNull(constructor).invokeExact(values);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      // The record's own check refused what came from outside: that is malformed input.
      var refused = new ProtocolException(name(), start, "refused by the record: " + e);
      refused.addSuppressed(e);
      throw refused;
    }
  }
}
