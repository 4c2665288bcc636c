package io.sennit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sennit members}: who is here, as a running process sees it. */
@Command(
    name = "members",
    description = "Who is in the cluster, as a running process sees it.",
    mixinStandardHelpOptions = true)
public final class MembersCommand implements Callable<Integer> {
  @Mixin ProcessOptions process = new ProcessOptions();

  @Option(names = "--json", description = "The answer as JSON.")
  boolean json;

  @Option(names = "--why", description = "Also what is known of the life of each.")
  boolean why;

  @Override
  public Integer call() {
    try (var door = process.open()) {
      var answer = door.ask("mesh.members", Map.of(), process.within());
      if (json) {
        System.out.println(answer);
      } else {
        print(answer.path("members"));
      }
      return Exit.OK;
    }
  }

  private void print(JsonNode members) {
    System.out.printf(
        "%-24s %-8s %-12s %-8s %s%n", "ADDRESS", "ROLE", "TYPE", "STATUS", "PRESENCE");
    for (var one : members) {
      System.out.printf(
          "%-24s %-8s %-12s %-8s %s%s%n",
          one.path("address").asText(),
          one.path("role").asText(),
          one.path("type").asText(),
          one.path("status").asText(),
          one.path("presence").asText(),
          one.path("self").asBoolean() ? " (asked)" : "");
      if (!one.path("why").asText().isEmpty()) {
        System.out.println("    doubted: " + one.path("why").asText());
      }
      if (why) {
        System.out.println("    " + one.path("verdict").asText());
      }
    }
  }
}
