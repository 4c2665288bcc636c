package io.sennit.grid.payload;

import io.sennit.core.ConfigException;
import io.sennit.core.codec.Codec;
import io.sennit.core.codec.MsgPackCodec;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Arrays of one type of element: makes them and has their codec. A constant, for any number of
 * threads. seed: {@code ArrayOf}.
 *
 * @param <T> the elements
 */
public final class ArrayOf<T> {
  private static final int FIRST_ROOM = 256;

  private final MsgPackCodec<T> element;
  private final MsgPackCodec<Array<T>> codec = new ArrayCodec();

  private ArrayOf(MsgPackCodec<T> element) {
    this.element = element;
  }

  /**
   * Arrays whose elements have this codec.
   *
   * @throws ConfigException if the codec does not write MessagePack, as those of {@link Codec} and
   *     of this package do: its elements could not be told apart
   */
  public static <T> ArrayOf<T> of(Codec<T> element) {
    if (element instanceof MsgPackCodec<T> own) {
      return new ArrayOf<>(own);
    }
    throw new ConfigException(
        "ArrayOf element", element.getClass().getName(), "a codec that is a MsgPackCodec");
  }

  /** The arrays' codec: an array header and each element's own bytes; unset is {@code c0}. */
  public MsgPackCodec<Array<T>> codec() {
    return codec;
  }

  /** An unset array. seed: {@code New}. */
  public Array<T> newArray() {
    return new Array<>();
  }

  /** An array with a copy of the list. seed: {@code NewWith}. */
  public Array<T> newWith(List<T> values) {
    return this.newArray().set(values);
  }

  private final class ArrayCodec extends MsgPackCodec<Array<T>> {
    ArrayCodec() {
      super("array");
    }

    @Override
    public void write(MsgPackWriter to, Array<T> value) {
      if (!value.isSet()) {
        to.writeNil();
        return;
      }
      var values = value.value();
      to.writeArrayHeader(values.size());
      to.enter(name());
      for (var one : values) {
        element.write(to, Objects.requireNonNull(one, "an element of an array"));
      }
      to.leave();
    }

    @Override
    public Array<T> read(MsgPackReader from, String field) {
      var array = newArray();
      if (from.tryNil(field)) {
        return array;
      }
      int count = from.readArrayHeader(field);
      var values = new ArrayList<T>(Math.min(count, FIRST_ROOM)); // a claimed count may lie
      from.enter(field);
      for (int i = 0; i < count; i++) {
        values.add(element.read(from, field));
      }
      from.leave();
      return array.take(values);
    }
  }
}
