package io.sennit.grid.payload;

import io.sennit.core.codec.MsgPackCodec;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists of text by text: the parameters of a URL. On the wire a MessagePack map of lists, here
 * written in the order of its keys. It has no null: the original writes one as an empty map and
 * does not take {@code c0}. seed: {@code URLValues}.
 */
public final class UrlValues implements Recycler {
  /** Its codec; {@code c0} and a key that comes twice are {@code ProtocolException}s. */
  public static final MsgPackCodec<UrlValues> CODEC = new UrlValuesCodec();

  private static final int FIRST_ROOM = 16;

  private final SortedMap<String, List<String>> values;

  private UrlValues(SortedMap<String, List<String>> values) {
    this.values = values;
  }

  /** Empty. seed: {@code NewURLValues}. */
  public static UrlValues of() {
    return new UrlValues(new TreeMap<>());
  }

  /** With a copy of the values; empty if they are null. seed: {@code NewURLValuesWith}. */
  public static UrlValues with(@Nullable Map<String, List<String>> values) {
    var mine = of();
    if (values != null) {
      values.forEach((key, list) -> mine.values.put(key, List.copyOf(list)));
    }
    return mine;
  }

  /**
   * A shallow copy: a map of the caller's own, lists that cannot be changed. seed: {@code Values}.
   */
  public Map<String, List<String>> values() {
    return new TreeMap<>(values);
  }

  /** The same where the values themselves may be missing: then empty. */
  public static Map<String, List<String>> values(@Nullable UrlValues of) {
    return of == null ? new TreeMap<>() : of.values();
  }

  /** Forgets all values. seed: {@code Recycle}. */
  @Override
  public void recycle() {
    values.clear();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UrlValues that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  private static final class UrlValuesCodec extends MsgPackCodec<UrlValues> {
    UrlValuesCodec() {
      super("urlValues");
    }

    @Override
    public void write(MsgPackWriter to, UrlValues value) {
      to.writeMapHeader(value.values.size());
      value.values.forEach(
          (key, list) -> {
            to.writeString(key).writeArrayHeader(list.size());
            list.forEach(to::writeString);
          });
    }

    @Override
    public UrlValues read(MsgPackReader from, String field) {
      int count = from.readMapHeader(field);
      var values = UrlValues.of();
      for (int i = 0; i < count; i++) {
        var key = from.readString(field);
        if (values.values.put(key, readList(from, field)) != null) {
          throw from.wrong(field, "key " + key + " comes twice");
        }
      }
      return values;
    }

    private static List<String> readList(MsgPackReader from, String field) {
      int count = from.readArrayHeader(field);
      var list = new ArrayList<String>(Math.min(count, FIRST_ROOM)); // a claimed count may lie
      for (int i = 0; i < count; i++) {
        list.add(from.readString(field));
      }
      return Collections.unmodifiableList(list);
    }
  }
}
