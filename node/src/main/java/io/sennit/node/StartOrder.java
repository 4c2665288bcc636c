package io.sennit.node;

import io.sennit.core.ConfigException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** In which order strands start: by name, but each after those it names. */
final class StartOrder {
  private static final String NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

  private StartOrder() {}

  /**
   * The strands in their order. A strand that one comes after need not be there.
   *
   * @throws ConfigException if two have one name, a name is malformed, or some wait for each other
   */
  static List<Strand> of(List<Strand> strands) {
    var waiting = new TreeMap<String, Strand>();
    for (var strand : strands) {
      var name = strand.name();
      if (!name.matches(NAME)) {
        throw new ConfigException("strand", name, "lower-case words, joined with dashes");
      }
      if (waiting.put(name, strand) != null) {
        throw new ConfigException("strand", name, "one strand a name; two are on the class path");
      }
    }
    var order = new ArrayList<Strand>();
    while (!waiting.isEmpty()) {
      var next =
          waiting.values().stream()
              .filter(strand -> isFree(strand, waiting.keySet()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "strand",
                          String.join(", ", waiting.keySet()),
                          "an order; these wait for each other to start"));
      order.add(waiting.remove(next.name()));
    }
    return List.copyOf(order);
  }

  private static boolean isFree(Strand strand, Set<String> waiting) {
    var before = new HashSet<>(strand.after());
    before.retainAll(waiting);
    return before.isEmpty();
  }
}
