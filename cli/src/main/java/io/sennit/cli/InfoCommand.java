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
    description = "Who a running process is, and how its connections stand.",
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
      return Exit.OK;
    }
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
