package io.sennit.causal;

import io.sennit.core.codec.Codec;
import java.util.List;
import java.util.Optional;

/**
 * One value that all members of a group share. A set takes the place of what its publisher saw; of
 * sets at the same time {@link #getAll} has all (a multi-value register), and {@link #get} the
 * latest by its publisher's clock (a last-writer register).
 *
 * @param <T> the type of the value
 */
public final class SharedRegister<T> {
  private final OrMap<Boolean, T> map;

  SharedRegister(CausalGroup<?> group, String name, Codec<T> codec) {
    this.map = new OrMap<>(group, name, Codec.BOOL, codec);
  }

  /** Sets the value; returns when that is durable here. */
  public Stamp set(T value) throws InterruptedException {
    return map.put(true, value);
  }

  /** The value that counts; empty if none was set. */
  public Optional<T> get() {
    return map.get(true);
  }

  /** All values that were set at the same time and not replaced since, the latest first. */
  public List<T> getAll() {
    return map.getAll(true);
  }
}
