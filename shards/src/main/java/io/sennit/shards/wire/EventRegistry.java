package io.sennit.shards.wire;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.Codec;
import io.sennit.core.codec.MsgPackWriter;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The events one node knows, docs/protocol/shards.md §4: those of the protocol and the
 * application's own. Filled before the first connection, then only read; for one thread until then.
 */
public final class EventRegistry {
  /** Bytes of an event before its body: number and length, both little-endian. */
  public static final int HEADER = 8;

  private static final Map<Long, String> NAMES = names();

  private final TreeMap<Long, String> names = new TreeMap<>(NAMES);
  private final TreeMap<Long, Optional<Codec<?>>> types = new TreeMap<>();

  /** Knows the events of the protocol. */
  public EventRegistry() {}

  private static Map<Long, String> names() {
    var names = new TreeMap<Long, String>();
    for (long id : new long[] {1, 2, 3, 10, 11, 20, 21, 23}) {
      names.put(id, new EventType(id).toString());
    }
    return Collections.unmodifiableMap(names);
  }

  /**
   * Makes a user event known; one registered before under the number is replaced. seed: {@code
   * RegisterUserEvent}.
   *
   * @param type reads and writes its body; empty: the body is ignored
   * @throws IllegalArgumentException if the number is below 100, which is allowed itself
   */
  public void registerUserEvent(String name, EventType id, Optional<? extends Codec<?>> type) {
    if (!id.isUser()) {
      throw new IllegalArgumentException(
          "user event '" + name + "' has number " + id.id() + "; they begin at 100");
    }
    names.put(id.id(), "UserEvt:" + name);
    types.put(id.id(), type.map(codec -> codec));
  }

  /**
   * Names by number, as log lines show them. The original calls 22 AllUserdataSent, which is 23.
   * seed: {@code EventsToStringMap}.
   */
  public Map<Long, String> eventsToStringMap() {
    return Collections.unmodifiableMap(names);
  }

  /**
   * What is in the bodies, by number: record types of the protocol, codecs of user events. seed:
   * {@code EvtDataMap}.
   */
  public Map<Long, Object> evtDataMap() {
    var map = new TreeMap<Long, Object>();
    map.put(1L, IdentifyData.class);
    map.put(2L, IdentifiedData.class);
    map.put(10L, StartShardsData.class);
    map.put(11L, StopShardData.class);
    map.put(20L, PrepareShardmigrationData.class);
    map.put(21L, StartshardMigrationData.class);
    map.put(23L, AllUserDataSentData.class);
    types.forEach((id, codec) -> codec.ifPresent(c -> map.put(id, c)));
    return Collections.unmodifiableMap(map);
  }

  /** The name for a log line. */
  public String name(EventType type) {
    return names.getOrDefault(type.id(), "Unknown");
  }

  /**
   * An event with its header. seed: {@code EncodeMessage}.
   *
   * @param data null: no body; a {@code byte[]}: the body as it is; a body of the protocol; else a
   *     value of a registered user event or of a plain type (text, numbers, lists, maps)
   */
  public byte[] encodeMessage(EventType type, @Nullable Object data) {
    return encodeMessageRaw(type, encodeBody(type, data));
  }

  /** The body alone. */
  public byte[] encodeBody(EventType type, @Nullable Object data) {
    return switch (data) {
      case null -> new byte[0];
      case byte[] raw -> raw;
      case EventData body -> EventBodies.encode(body);
      default -> {
        var codec = types.getOrDefault(type.id(), Optional.empty());
        if (codec.isPresent()) {
          yield encode(codec.get(), data);
        }
        var out = new MsgPackWriter();
        GoPack.writeValue(out, data);
        yield out.toBytes();
      }
    };
  }

  @SuppressWarnings("unchecked") // a value of another type fails in the codec, which says so
  private static <T> byte[] encode(Codec<T> codec, Object data) {
    return codec.encode((T) data);
  }

  /** An event with its header and a body as it is. seed: {@code EncodeMessageRaw}. */
  public static byte[] encodeMessageRaw(EventType type, byte[] body) {
    var bytes = new byte[HEADER + body.length];
    putInt(bytes, 0, (int) type.id());
    putInt(bytes, 4, body.length);
    System.arraycopy(body, 0, bytes, HEADER, body.length);
    return bytes;
  }

  private static void putInt(byte[] bytes, int at, int value) {
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
  }

  /**
   * What a body says; bytes behind the value are ignored. seed: {@code DecodePayload}.
   *
   * @return empty for an event without a body, and for a user event of no type
   * @throws UnknownEventException for a number that is not known
   * @throws ProtocolException if the body is not what the event needs
   */
  public Optional<Object> decodePayload(EventType type, byte[] body) {
    if (type.isUser()) {
      var codec = types.get(type.id());
      if (codec == null) {
        throw new UnknownEventException(type);
      }
      return codec.map(c -> c.decode(body));
    }
    if (type.equals(EventType.SHUTDOWN)) {
      return Optional.empty();
    }
    return Optional.of(EventBodies.decode(type, whole(type, body)));
  }

  /**
   * An event as it came, its body read if it is one of the protocol.
   *
   * @throws UnknownEventException for a number below 100 without a meaning, as 22
   * @throws ProtocolException if the body is empty or not what the event needs
   */
  public static EventMessage read(EventType type, byte[] body) {
    if (type.isUser() || isSennit(type)) {
      return new EventMessage.Raw(type, body);
    }
    return type.equals(EventType.SHUTDOWN)
        ? new EventMessage.Bare(type)
        : new EventMessage.Decoded(type, EventBodies.decode(type, whole(type, body)));
  }

  private static boolean isSennit(EventType type) {
    return type.id() >= EventType.FIRST_OF_SENNIT.id()
        && type.id() <= EventType.LAST_OF_SENNIT.id();
  }

  /** The original acts on an empty body as on zeros: it would stop shard 0. */
  private static byte[] whole(EventType type, byte[] body) {
    if (body.length == 0 && NAMES.containsKey(type.id())) {
      throw new ProtocolException(type.toString(), 0, "the body is empty");
    }
    return body;
  }

  /** Whether a number is among some. seed: {@code ContainsInt}. */
  public static boolean containsInt(Collection<Integer> numbers, int number) {
    return numbers.contains(number);
  }
}
