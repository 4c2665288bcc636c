package io.sennit.causal;

import io.sennit.core.codec.Codec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A set that all members of a group share. An adding that a removal had not seen wins over it. It
 * keeps nothing of what was removed. Reads answer from memory, at once, on any thread; changes
 * return when they are durable here.
 *
 * @param <T> the type of its elements; equal ones must have equal bytes
 */
public final class OrSet<T> {
  private final CausalGroup<?> group;
  private final String name;
  private final Codec<T> codec;

  OrSet(CausalGroup<?> group, String name, Codec<T> codec) {
    this.group = group;
    this.name = name;
    this.codec = codec;
  }

  /** What happened to an element. */
  public sealed interface Change<T> {
    /** It is there now, and was not before. */
    record Added<T>(T value, Stamp by) implements Change<T> {}

    /** It was there, and is no longer. */
    record Removed<T>(T value, Stamp by) implements Change<T> {}
  }

  /** Ends the telling; idempotent, any thread. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  private Octets key(T value) {
    return Octets.of(codec.encode(value));
  }

  /** Adds an element, also if it is there: then a removal at the same time does not win. */
  public Stamp add(T value) throws InterruptedException {
    var key = key(value);
    return group.change(name, map -> Optional.of(map.put(key, Octets.EMPTY))).orElseThrow();
  }

  /**
   * Removes an element as it is seen here.
   *
   * @return whether it was there
   */
  public boolean remove(T value) throws InterruptedException {
    var key = key(value);
    return group.change(name, map -> map.remove(key)).isPresent();
  }

  /** Whether an element is there. */
  public boolean contains(T value) {
    return group.objects().map(name).contains(key(value));
  }

  /** The elements, in the order of their bytes. */
  public List<T> values() {
    return group.objects().map(name).entries().keySet().stream()
        .map(key -> codec.decode(key.toBytes()))
        .toList();
  }

  /** How many elements there are. */
  public int size() {
    return group.objects().map(name).entries().size();
  }

  /**
   * Tells each change from now on, in order, on the group's thread of callbacks; until the handle
   * is closed. After a failure of the store changes that were not durable may be told again.
   */
  public Watch watch(Consumer<Change<T>> told) {
    return group.watch(
        name,
        (key, before, after, by) -> {
          if (before != after) {
            var value = codec.decode(key.toBytes());
            told.accept(after ? new Change.Added<>(value, by) : new Change.Removed<>(value, by));
          }
        });
  }
}
