package io.sennit.core.codec;

import io.sennit.core.ConfigException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The codecs of values that hold others. */
final class Containers {
  /** Room made before the elements were seen; a claimed count may lie by a great deal. */
  private static final int FIRST_ROOM = 256;

  private Containers() {}

  static <T> MsgPackCodec<List<T>> list(String name, MsgPackCodec<T> element) {
    return new MsgPackCodec<>(name) {
      @Override
      public void write(MsgPackWriter to, List<T> value) {
        writeAll(to, name(), element, value);
      }

      @Override
      public List<T> read(MsgPackReader from, String field) {
        int count = from.readArrayHeader(field);
        var list = new ArrayList<T>(Math.min(count, FIRST_ROOM));
        from.enter(field);
        for (int i = 0; i < count; i++) {
          list.add(element.read(from, field));
        }
        from.leave();
        return Collections.unmodifiableList(list);
      }
    };
  }

  static <T> MsgPackCodec<Set<T>> set(String name, MsgPackCodec<T> element) {
    return new MsgPackCodec<>(name) {
      @Override
      public void write(MsgPackWriter to, Set<T> value) {
        boolean ordered = value instanceof SequencedCollection || !comparable(value);
        writeAll(to, name(), element, ordered ? value : new TreeSet<>(value));
      }

      @Override
      public Set<T> read(MsgPackReader from, String field) {
        int count = from.readArrayHeader(field);
        var set = new LinkedHashSet<T>();
        from.enter(field);
        for (int i = 0; i < count; i++) {
          if (!set.add(element.read(from, field))) {
            throw from.wrong(field, "the same value twice in a set");
          }
        }
        from.leave();
        return Collections.unmodifiableSequencedSet(set);
      }
    };
  }

  static <K, V> MsgPackCodec<Map<K, V>> map(
      String name, MsgPackCodec<K> key, MsgPackCodec<V> value) {
    return new MsgPackCodec<>(name) {
      @Override
      public void write(MsgPackWriter to, Map<K, V> map) {
        boolean ordered = map instanceof SequencedMap || !comparable(map.keySet());
        to.writeMapHeader(map.size());
        to.enter(name());
        for (var entry : (ordered ? map : new TreeMap<>(map)).entrySet()) {
          key.write(to, present(entry.getKey(), name(), "key"));
          value.write(to, present(entry.getValue(), name(), "value"));
        }
        to.leave();
      }

      @Override
      public Map<K, V> read(MsgPackReader from, String field) {
        int count = from.readMapHeader(field);
        var map = new LinkedHashMap<K, V>();
        from.enter(field);
        for (int i = 0; i < count; i++) {
          var k = key.read(from, field);
          if (map.put(k, value.read(from, field)) != null) {
            throw from.wrong(field, "the same key twice in a map: " + k);
          }
        }
        from.leave();
        return Collections.unmodifiableSequencedMap(map);
      }
    };
  }

  static <T> MsgPackCodec<Optional<T>> optional(String name, MsgPackCodec<T> element) {
    if (element.usesNil()) {
      throw new ConfigException(
          name, "optional of optional", "a value of which nil is not one (nil means absent)");
    }
    return new MsgPackCodec<>(name) {
      @Override
      public void write(MsgPackWriter to, Optional<T> value) {
        if (value.isPresent()) {
          element.write(to, value.get());
        } else {
          to.writeNil();
        }
      }

      @Override
      public Optional<T> read(MsgPackReader from, String field) {
        return from.tryNil(field) ? Optional.empty() : Optional.of(element.read(from, field));
      }

      @Override
      boolean usesNil() {
        return true;
      }
    };
  }

  private static <T> void writeAll(
      MsgPackWriter to, String name, MsgPackCodec<T> element, Collection<T> values) {
    to.writeArrayHeader(values.size());
    to.enter(name);
    for (var value : values) {
      element.write(to, present(value, name, "element"));
    }
    to.leave();
  }

  private static boolean comparable(Collection<?> values) {
    for (var value : values) {
      if (!(value instanceof Comparable<?>)) {
        return false;
      }
    }
    return true;
  }

  private static <T> T present(@Nullable T value, String name, String part) {
    return Objects.requireNonNull(value, () -> name + " has a null " + part);
  }
}
