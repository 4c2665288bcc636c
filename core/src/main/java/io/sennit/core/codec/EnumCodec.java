package io.sennit.core.codec;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Constants of an enum by name. */
final class EnumCodec<E extends Enum<E>> extends MsgPackCodec<E> {
  private final E[] constants;
  private final Map<String, E> byName = new HashMap<>();

  EnumCodec(Class<E> type) {
    super(type.getSimpleName());
    this.constants = type.getEnumConstants();
    for (var constant : constants) {
      byName.put(constant.name(), constant);
    }
  }

  @Override
  public void write(MsgPackWriter to, E value) {
    to.writeString(value.name());
  }

  @Override
  public E read(MsgPackReader from, String field) {
    var text = from.readString(field);
    var constant = byName.get(text);
    if (constant == null) {
      throw from.wrong(field, text + " is none of " + Arrays.toString(constants));
    }
    return constant;
  }
}
