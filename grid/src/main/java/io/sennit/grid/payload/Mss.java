package io.sennit.grid.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.codec.MsgPackCodec;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Text by text: the parameters of a small call. On the wire a MessagePack map, here written in the
 * order of its keys; null is {@code c0}. seed: {@code MSS}.
 */
public final class Mss implements Recycler {
  /** Its codec; a key that comes twice is a {@link io.sennit.core.ProtocolException}. */
  public static final MsgPackCodec<Mss> CODEC = new MssCodec();

  private @Nullable SortedMap<String, String> pairs;

  private Mss(@Nullable SortedMap<String, String> pairs) {
    this.pairs = pairs;
  }

  /** Empty. seed: {@code NewMSS}. */
  public static Mss of() {
    return new Mss(new TreeMap<>());
  }

  /** With a copy of {@code pairs}; null if they are. seed: {@code NewMSSWith}. */
  public static Mss with(@Nullable Map<String, String> pairs) {
    return new Mss(pairs == null ? null : new TreeMap<>(pairs));
  }

  /** Null until something is set. */
  public static Mss ofNull() {
    return new Mss(null);
  }

  /** Whether it is null rather than empty. */
  public boolean isNull() {
    return pairs == null;
  }

  /** The value of a key; "" when there is none, or no map at all. seed: {@code Get}. */
  public String get(String key) {
    return pairs == null ? "" : pairs.getOrDefault(key, "");
  }

  /** The same where the map itself may be missing. */
  public static String get(@Nullable Mss of, String key) {
    return of == null ? "" : of.get(key);
  }

  /** Sets a key; a null becomes a map of this one pair. seed: {@code Set}. */
  public Mss set(String key, String value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    if (pairs == null) {
      pairs = new TreeMap<>();
    }
    pairs.put(key, value);
    return this;
  }

  /** A copy of the pairs in the order of their keys; empty when null. */
  public Map<String, String> toMap() {
    return pairs == null ? new TreeMap<>() : new TreeMap<>(pairs);
  }

  /**
   * The pairs as the query of a URL, sorted and form-escaped, with its question mark; "" when there
   * are none. seed: {@code ToQuery}.
   */
  public String toQuery() {
    if (pairs == null || pairs.isEmpty()) {
      return "";
    }
    return pairs.entrySet().stream()
        .map(pair -> escape(pair.getKey()) + "=" + escape(pair.getValue()))
        .collect(Collectors.joining("&", "?", ""));
  }

  /** The JDK's form escaping, but with {@code *} and {@code ~} as RFC 3986 has them. */
  private static String escape(String text) {
    return URLEncoder.encode(text, UTF_8).replace("*", "%2A").replace("%7E", "~");
  }

  /** Forgets the pairs: null from then on. seed: {@code Recycle}. */
  @Override
  public void recycle() {
    pairs = null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mss mss && Objects.equals(pairs, mss.pairs);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(pairs);
  }

  @Override
  public String toString() {
    return String.valueOf(pairs);
  }

  private static final class MssCodec extends MsgPackCodec<Mss> {
    MssCodec() {
      super("mss");
    }

    @Override
    public void write(MsgPackWriter to, Mss value) {
      if (value.pairs == null) {
        to.writeNil();
        return;
      }
      to.writeMapHeader(value.pairs.size());
      value.pairs.forEach((key, text) -> to.writeString(key).writeString(text));
    }

    @Override
    public Mss read(MsgPackReader from, String field) {
      if (from.tryNil(field)) {
        return ofNull();
      }
      int count = from.readMapHeader(field);
      var pairs = new TreeMap<String, String>();
      for (int i = 0; i < count; i++) {
        var key = from.readString(field);
        if (pairs.put(key, from.readString(field)) != null) {
          throw from.wrong(field, "key " + key + " comes twice");
        }
      }
      return new Mss(pairs);
    }
  }
}
