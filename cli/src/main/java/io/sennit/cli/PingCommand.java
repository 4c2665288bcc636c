package io.sennit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sennit ping}: round trips of datagrams from a running process to a node. */
@Command(
    name = "ping",
    description = {
      "Round trips of datagrams from a running process to a node of its cluster.",
      "Exit code: 0 if every one was answered, 1 if not."
    },
    mixinStandardHelpOptions = true)
public final class PingCommand implements Callable<Integer> {
  @Mixin ProcessOptions process = new ProcessOptions();

  @Option(names = "--count", description = "How many, 1 to 100 (default: ${DEFAULT-VALUE}).")
  int count = 3;

  @Option(names = "--json", description = "The answer as JSON.")
  boolean json;

  @Parameters(index = "0", paramLabel = "NODE", description = "Where the node is: HOST:PORT.")
  String node = "";

  @Override
  public Integer call() {
    try {
      Address.parse(node);
    } catch (ConfigException _) {
      throw new UsageException("'" + node + "': HOST:PORT, like 127.0.0.1:7400.");
    }
    if (count < 1 || count > 100) {
      throw new UsageException("--count " + count + ": a number from 1 to 100.");
    }
    try (var door = process.open()) {
      var answer = door.ask("mesh.ping", Map.of("to", node, "count", count), process.within());
      if (json) {
        System.out.println(answer);
      } else {
        print(answer);
      }
      return answer.path("failed").asInt() == 0 ? Exit.OK : Exit.FAILED;
    }
  }

  private static void print(JsonNode answer) {
    int number = 0;
    for (var trip : answer.path("round_trips_us")) {
      System.out.printf(
          "%s answered %s in %.0f us (%d)%n",
          answer.path("to").asText(), answer.path("from").asText(), trip.asDouble(), ++number);
    }
    if (answer.has("error")) {
      System.out.println(answer.path("error").asText());
    }
  }
}
