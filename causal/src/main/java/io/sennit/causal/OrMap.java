package io.sennit.causal;

import io.sennit.core.codec.Codec;
import java.util.List;
import java.util.Optional;

/**
 * A map that all members of a group share. A put that a removal had not seen wins over it; of puts
 * at the same time all values are there, and the latest by its publisher's clock counts. Reads
 * answer from memory, at once, on any thread; changes return when they are durable here.
 *
 * @param <K> the type of keys; equal ones must have equal bytes
 * @param <V> the type of values
 */
public final class OrMap<K, V> {
  private final CausalGroup<?> group;
  private final String name;
  private final Codec<K> keys;
  private final Codec<V> values;

  OrMap(CausalGroup<?> group, String name, Codec<K> keys, Codec<V> values) {
    this.group = group;
    this.name = name;
    this.keys = keys;
    this.values = values;
  }

  private Octets bytes(K key) {
    return Octets.of(keys.encode(key));
  }

  /** Sets a key to a value, in place of those seen here. */
  public Stamp put(K key, V value) throws InterruptedException {
    var at = bytes(key);
    var bytes = Octets.of(values.encode(value));
    return group.change(name, map -> Optional.of(map.put(at, bytes))).orElseThrow();
  }

  /**
   * Removes a key as it is seen here.
   *
   * @return whether it was there
   */
  public boolean remove(K key) throws InterruptedException {
    var at = bytes(key);
    return group.change(name, map -> map.remove(at)).isPresent();
  }

  /** The value of a key that counts. */
  public Optional<V> get(K key) {
    return group.objects().map(name).get(bytes(key)).map(v -> values.decode(v.toBytes()));
  }

  /** All values of a key, the latest first: more than one if they were put at the same time. */
  public List<V> getAll(K key) {
    return group.objects().map(name).getAll(bytes(key)).stream()
        .map(v -> values.decode(v.toBytes()))
        .toList();
  }

  /** The keys, in the order of their bytes. */
  public List<K> keys() {
    return group.objects().map(name).entries().keySet().stream()
        .map(key -> keys.decode(key.toBytes()))
        .toList();
  }

  /** How many keys there are. */
  public int size() {
    return group.objects().map(name).entries().size();
  }
}
