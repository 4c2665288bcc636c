package io.sennit.grid.payload;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that travels as JSON, or unset; made by {@link JsonPool}. seed: {@code JSON}.
 *
 * @param <T> the value
 */
public final class Json<T> implements Recycler {
  private final Supplier<T> fresh;
  private @Nullable T value;

  Json(Supplier<T> fresh, @Nullable T value) {
    this.fresh = fresh;
    this.value = value;
  }

  /** Whether there is a value. */
  public boolean isSet() {
    return value != null;
  }

  /** The value; an unset one is created and kept. seed: {@code Value}. */
  public T value() {
    var now = value;
    if (now == null) {
      now = Objects.requireNonNull(fresh.get(), "the supplier's value");
      value = now;
    }
    return now;
  }

  /** The value if there is one; creates none. seed: {@code ValueOrZero}. */
  public Optional<T> valueOrZero() {
    return Optional.ofNullable(value);
  }

  /** Sets the value; null makes it unset. seed: {@code Set}. */
  public Json<T> set(@Nullable T next) {
    value = next;
    return this;
  }

  /** Unset from then on; a value that is a recycler is recycled too. seed: {@code Recycle}. */
  @Override
  public void recycle() {
    Recycler.recycle(value);
    value = null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Json<?> that && Objects.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
