package io.sennit.testkit.planted.grid.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an engine may do. */
final class Good {
  private static final int LIMIT = 3;
  private static final List<String> NAMES = List.of("a");
  private static final byte[] TABLE = {1, 2};

  private final Map<String, Integer> map = new LinkedHashMap<>();

  enum Kind {
    ONE,
    TWO
  }

  int use(Kind kind) {
    assert LIMIT > 0;
    map.putAll(new TreeMap<>(map));
    return switch (kind) {
      case ONE -> LIMIT + NAMES.size();
      case TWO -> TABLE[0];
    };
  }
}
