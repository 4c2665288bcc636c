package io.sennit.node.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.mesh.Mesh;
import io.sennit.node.ControlProvider;
import io.sennit.node.Node;
import java.time.Duration;

/** {@code mesh.ping}: asks a node for its health, several times. */
record PingVerb(Mesh mesh) implements ControlProvider {
  private static final int MOST = 100;
  private static final int MOST_MILLIS = 10_000;

  @Override
  public String name() {
    return "mesh.ping";
  }

  @Override
  public String about() {
    return "round trips of datagrams to a node: {\"to\":\"host:port\",\"count\":3}";
  }

  @Override
  public JsonNode answer(Node node, JsonNode arguments) {
    var to = Address.parse(arguments.path("to").asText());
    int count = bounded(arguments, "count", 3, MOST);
    var within = Duration.ofMillis(bounded(arguments, "within_ms", 3_000, MOST_MILLIS));
    var all = JsonNodeFactory.instance.objectNode();
    all.put("from", mesh.address().toString());
    all.put("to", to.toString());
    var trips = all.putArray("round_trips_us");
    int failures = 0;
    for (int i = 0; i < count && failures < 3; i++) {
      try {
        trips.add(mesh.ping(to, new Within(within)).toNanos() / 1e3);
      } catch (SennitException e) {
        failures++;
        all.put("error", e.getMessage());
      }
    }
    all.put("failed", failures);
    return all;
  }

  private static int bounded(JsonNode arguments, String name, int fallback, int most) {
    int value = arguments.path(name).asInt(fallback);
    if (value < 1 || value > most) {
      throw new ConfigException(name, String.valueOf(value), "1 to " + most);
    }
    return value;
  }
}
