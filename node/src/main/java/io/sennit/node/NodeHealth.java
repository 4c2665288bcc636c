package io.sennit.node;

import java.util.Map;

/**
 * How a node stands.
 *
 * @param overall the worst of its parts, with the part's name before the reason
 * @param parts how each part stands: what the node stands on ({@code ground}), then the strands in
 *     the order in which they started
 */
public record NodeHealth(Health overall, Map<String, Health> parts) {
  /** Of parts, in their order. */
  static NodeHealth of(Map<String, Health> parts) {
    var overall = Health.UP;
    for (var part : parts.entrySet()) {
      var health = part.getValue();
      overall = overall.worse(new Health(health.state(), part.getKey() + ": " + health.why()));
    }
    return new NodeHealth(overall.equals(Health.UP) ? Health.UP : overall, parts);
  }
}
