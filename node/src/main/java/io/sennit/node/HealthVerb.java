package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code health}: how this process and each of its strands stand. */
final class HealthVerb implements ControlProvider {
  @Override
  public String name() {
    return "health";
  }

  @Override
  public String about() {
    return "how it stands: UP, DEGRADED or DOWN, and why, of each strand too";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    return json(node.health());
  }

  static ObjectNode json(NodeHealth health) {
    var all = json(health.overall());
    var parts = all.putObject("parts");
    health.parts().forEach((name, part) -> parts.set(name, json(part)));
    return all;
  }

  private static ObjectNode json(Health health) {
    var one = JsonNodeFactory.instance.objectNode().put("state", health.state().name());
    return health.why().isEmpty() ? one : one.put("why", health.why());
  }
}
