package io.sennit.grid.payload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A list of values, or unset; made by {@link ArrayOf}. seed: {@code Array}.
 *
 * @param <T> the elements
 */
public final class Array<T> implements Recycler {
  private @Nullable List<T> values;

  Array() {}

  /** Takes the list over. */
  Array<T> take(List<T> list) {
    values = list;
    return this;
  }

  /** Whether there is a list at all, be it empty. */
  public boolean isSet() {
    return values != null;
  }

  /** Adds values at the end. seed: {@code Append}. */
  @SafeVarargs
  public final Array<T> append(T... more) {
    if (values == null) {
      values = new ArrayList<>(more.length);
    }
    for (var one : more) {
      values.add(one);
    }
    return this;
  }

  /** A copy of the list in place of what there was. seed: {@code Set}. */
  public Array<T> set(List<T> list) {
    values = new ArrayList<>(list);
    return this;
  }

  /** The values as a view that cannot be changed; empty when unset. seed: {@code Value}. */
  public List<T> value() {
    return values == null ? List.of() : Collections.unmodifiableList(values);
  }

  /** Unset from then on; elements that are recyclers are recycled too. seed: {@code Recycle}. */
  @Override
  public void recycle() {
    value().forEach(Recycler::recycle);
    values = null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Array<?> that && Objects.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(values);
  }

  @Override
  public String toString() {
    return String.valueOf(values);
  }
}
