package io.sennit.core.codec;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the codec of a type: one walk over its components, when the codec is made. */
final class Types {
  private static final String SUPPORTED =
      "a primitive or its box, String, byte[], an enum, Duration, Instant, UUID, Address, a record,"
          + " a sealed interface of records, or an Optional, List, Set or Map of these";

  private static final Map<Class<?>, MsgPackCodec<?>> SCALARS =
      Map.ofEntries(
          Map.entry(String.class, Scalars.STRING),
          Map.entry(byte[].class, Scalars.BYTES),
          Map.entry(Duration.class, Scalars.DURATION),
          Map.entry(Instant.class, Scalars.INSTANT),
          Map.entry(UUID.class, Scalars.UUID),
          Map.entry(Address.class, Scalars.ADDRESS),
          Map.entry(NoValue.class, Scalars.NONE),
          Map.entry(Boolean.class, Scalars.BOOL),
          Map.entry(Byte.class, Scalars.BYTE),
          Map.entry(Short.class, Scalars.SHORT),
          Map.entry(Character.class, Scalars.CHAR),
          Map.entry(Integer.class, Scalars.INT),
          Map.entry(Long.class, Scalars.LONG),
          Map.entry(Float.class, Scalars.FLOAT),
          Map.entry(Double.class, Scalars.DOUBLE));

  private static final Map<Class<?>, Object> EMPTY =
      Map.of(
          Optional.class,
          Optional.empty(),
          List.class,
          List.of(),
          Set.class,
          Set.of(),
          Map.class,
          Map.of());

  /** What was begun in this walk: a type met again inside itself is the same codec. */
  private final Map<Class<?>, MsgPackCodec<?>> begun = new HashMap<>();

  <T> MsgPackCodec<T> of(Class<T> type) {
    return cast(find(type, type.getSimpleName()));
  }

  private MsgPackCodec<?> find(Type type, String place) {
    if (type instanceof ParameterizedType generic) {
      return container(generic, place);
    }
    if (!(type instanceof Class<?> raw)) {
      throw unsupported(place, type);
    }
    var scalar = SCALARS.get(MethodType.methodType(raw).wrap().returnType());
    if (scalar != null) {
      return scalar;
    }
    var known = begun.get(raw);
    if (known != null) {
      return known;
    }
    if (raw.isEnum()) {
      return enumOf(raw);
    }
    if (raw.getTypeParameters().length > 0) {
      throw unsupported(place, type);
    }
    if (raw.isRecord()) {
      return record(raw);
    }
    if (raw.isInterface() && raw.isSealed()) {
      return family(raw, place);
    }
    throw unsupported(place, type);
  }

  private MsgPackCodec<?> container(ParameterizedType type, String place) {
    var inside = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      return Containers.list(place, element(inside[0], place));
    }
    if (type.getRawType() == Set.class) {
      return Containers.set(place, element(inside[0], place));
    }
    if (type.getRawType() == Optional.class) {
      return Containers.optional(place, element(inside[0], place));
    }
    if (type.getRawType() == Map.class) {
      return Containers.map(place, element(inside[0], place), element(inside[1], place));
    }
    throw unsupported(place, type);
  }

  private MsgPackCodec<Object> element(Type type, String place) {
    return cast(find(type, place));
  }

  private <T> MsgPackCodec<T> record(Class<T> type) {
    var codec = new RecordCodec<T>(type.getSimpleName());
    begun.put(type, codec);
    var lookup = access(type);
    var parts = type.getRecordComponents();
    var components = new ArrayList<RecordCodec.Component>();
    var names = new ArrayList<String>();
    try {
      for (var part : parts) {
        names.add(part.getName());
        components.add(component(lookup, type, part));
      }
      var canonical =
          lookup
              .findConstructor(
                  type,
                  MethodType.methodType(
                      void.class,
                      Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new)))
              .asSpreader(Object[].class, parts.length)
              .asType(MethodType.methodType(Object.class, Object[].class));
      codec.complete(components, names, canonical);
    } catch (ReflectiveOperationException e) {
      throw closed(type);
    }
    return codec;
  }

  private RecordCodec.Component component(
      MethodHandles.Lookup lookup, Class<?> type, RecordComponent part)
      throws ReflectiveOperationException {
    var place = type.getSimpleName() + "." + part.getName();
    var codec = element(part.getGenericType(), place);
    var kind = kind(part.getType());
    var fetched =
        switch (kind) {
          case LONG -> long.class;
          case DOUBLE -> double.class;
          case FLOAT -> float.class;
          case BOOL -> boolean.class;
          case OBJECT -> Object.class;
        };
    var getter =
        lookup
            .findVirtual(type, part.getName(), MethodType.methodType(part.getType()))
            .asType(MethodType.methodType(fetched, Object.class));
    var key = new MsgPackWriter().writeString(part.getName()).toBytes();
    return new RecordCodec.Component(place, key, kind, getter, codec, ifMissing(part.getType()));
  }

  private MsgPackCodec<?> family(Class<?> type, String place) {
    var codec = new FamilyCodec<Object>(cast(type));
    begun.put(type, codec);
    addMembers(codec, type, place);
    return codec;
  }

  private void addMembers(FamilyCodec<Object> family, Class<?> sealed, String place) {
    for (var member : sealed.getPermittedSubclasses()) {
      if (member.isInterface() && member.isSealed()) {
        addMembers(family, member, place);
      } else if (member.isRecord()) {
        if (family.add(member, element(member, place)) != null) {
          throw new ConfigException(
              "codec of " + family.name(),
              "two records named " + member.getSimpleName(),
              "records of different simple names");
        }
      } else {
        throw new ConfigException(
            "codec of " + family.name(), member.getName(), "a sealed interface of records only");
      }
    }
  }

  private static @Nullable Object ifMissing(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : EMPTY.get(type);
  }

  private static RecordCodec.Kind kind(Class<?> type) {
    if (!type.isPrimitive()) {
      return RecordCodec.Kind.OBJECT;
    }
    if (type == boolean.class) {
      return RecordCodec.Kind.BOOL;
    }
    if (type == double.class) {
      return RecordCodec.Kind.DOUBLE;
    }
    return type == float.class ? RecordCodec.Kind.FLOAT : RecordCodec.Kind.LONG;
  }

  /** Private access where the record's module grants it, else what is public. */
  private static MethodHandles.Lookup access(Class<?> type) {
    var ours = Types.class.getModule();
    ours.addReads(type.getModule());
    try {
      return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
    } catch (IllegalAccessException e) {
      return MethodHandles.publicLookup(); // a public record of an exported package is enough
    }
  }

  private static ConfigException closed(Class<?> type) {
    return new ConfigException(
        "codec of " + type.getName(),
        "closed",
        "a public record of an exported package, or `opens "
            + type.getPackageName()
            + " to io.sennit.core` in its module");
  }

  private static ConfigException unsupported(String place, Type type) {
    return new ConfigException("codec of " + place, type.getTypeName(), SUPPORTED);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static MsgPackCodec<?> enumOf(Class type) {
    return new EnumCodec(type);
  }

  /** The walk goes by reflection: what it finds fits by construction. */
  @SuppressWarnings("unchecked")
  private static <T> MsgPackCodec<T> cast(MsgPackCodec<?> codec) {
    return (MsgPackCodec<T>) codec;
  }

  @SuppressWarnings("unchecked")
  private static Class<Object> cast(Class<?> type) {
    return (Class<Object>) type;
  }
}
