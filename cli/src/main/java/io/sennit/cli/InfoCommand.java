package io.sennit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sennit.node.Door;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sennit info}: who a running process is, and how its connections stand. */
@Command(
    name = "info",
    description = {
      "Who a running process is, how it stands, and how its connections stand.",
      "Exit code: 0 if it is UP, 3 if it is DEGRADED, 4 if it is DOWN; 1 if it cannot be asked."
    },
    mixinStandardHelpOptions = true)
public final class InfoCommand implements Callable<Integer> {
  @Mixin ProcessOptions process = new ProcessOptions();

  @Option(names = "--json", description = "What the process says of itself, as JSON.")
  boolean json;

  @Override
  public Integer call() {
    try (var door = process.open()) {
      var info = door.ask("info", Map.of(), process.within());
      if (json) {
        System.out.println(info.toPrettyString());
      } else {
        print(door, info);
      }
      return code(info.path("health").path("state").asText());
    }
  }

  /** A process that says nothing of its health is one of another version: it answers. */
  private static int code(String state) {
    return switch (state) {
      case "DEGRADED" -> Exit.DEGRADED;
      case "DOWN" -> Exit.DOWN;
      default -> Exit.OK;
    };
  }

  private static void printHealth(JsonNode health) {
    System.out.println("  " + line(health));
    for (var part : health.path("parts").properties()) {
      if (!part.getValue().path("state").asText().equals("UP")) {
        System.out.println("    " + part.getKey() + " " + line(part.getValue()));
      }
    }
  }

  private static String line(JsonNode health) {
    var why = health.path("why").asText();
    return health.path("state").asText() + (why.isEmpty() ? "" : ": " + why);
  }

  private void print(Door door, JsonNode info) {
    System.out.printf(
        "%s of %s at %s%n",
        info.path("name").asText(), info.path("cluster").asText(), info.path("host").asText());
    System.out.printf(
        "  pid %d, up %s, Sennit %s, Java %s%n",
        info.path("pid").asLong(),
        time(info.path("uptime_s").asLong()),
        info.path("version").asText(),
        info.path("java").asText());
    printHealth(info.path("health"));
    var grid = door.ask("grid", Map.of(), process.within());
    var connections = grid.path("connections");
    System.out.printf(
        "  peers %d, guests %d (this command among them), refusals %d, protocol errors %d%n",
        connections.size(),
        grid.path("guests").asInt(),
        grid.path("refusals").asLong() + grid.path("guest_refusals").asLong(),
        grid.path("protocol_errors").asLong());
    for (var one : connections) {
      System.out.printf(
          "  %s %s, %d calls out, %d in%s%n",
          one.path("remote").asText(),
          one.path("state").asText().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
          one.path("calls").asLong(),
          one.path("served").asLong(),
          one.has("last_error") ? "; last error: " + one.path("last_error").asText() : "");
    }
  }

  private static String time(long seconds) {
    var d = Duration.ofSeconds(seconds);
    if (d.toDays() > 0) {
      return "%d d %d h".formatted(d.toDays(), d.toHoursPart());
    }
    return d.toHours() > 0
        ? "%d h %d min".formatted(d.toHours(), d.toMinutesPart())
        : d.toMinutes() > 0
            ? "%d min %d s".formatted(d.toMinutes(), d.toSecondsPart())
            : seconds + " s";
  }
}
