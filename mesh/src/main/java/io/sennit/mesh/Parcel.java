package io.sennit.mesh;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A map of names to simple values (booleans, numbers, texts, bytes) that several threads may fill;
 * accepted wherever data to send is. Any thread.
 *
 * <p>seed: util.Parcel, CreateRequestData
 */
public final class Parcel {
  private final ConcurrentHashMap<String, Object> values = new ConcurrentHashMap<>();

  /** Empty. */
  public Parcel() {}

  /**
   * Puts a value in, in place of an earlier one of the name.
   *
   * @return false, and nothing is put in, if the value is not a simple one
   */
  public boolean add(String key, Object value) {
    Object kept =
        switch (value) {
          case Boolean _, Byte _, Short _, Integer _, Long _ -> value;
          case Float _, Double _, String _, Unsigned _ -> value;
          case byte[] bytes -> bytes.clone();
          default -> null;
        };
    if (kept == null) {
      return false;
    }
    values.put(key, kept);
    return true;
  }

  /**
   * Takes a value out.
   *
   * @return false if there was none
   */
  public boolean remove(String key) {
    return values.remove(key) != null;
  }

  /** A copy of what is in it now, in the order of the names. */
  public Map<String, Object> export() {
    var copy = new LinkedHashMap<String, Object>();
    values.keySet().stream()
        .sorted()
        .forEach(
            key -> {
              var value = values.get(key);
              if (value != null) {
                copy.put(key, value instanceof byte[] bytes ? bytes.clone() : value);
              }
            });
    return Collections.unmodifiableMap(copy);
  }
}
