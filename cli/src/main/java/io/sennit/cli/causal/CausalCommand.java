package io.sennit.cli.causal;

import com.fasterxml.jackson.databind.JsonNode;
import io.sennit.cli.Exit;
import io.sennit.cli.ProcessOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sennit causal}: groups whose members apply the same operations in causal order. */
@Command(
    name = "causal",
    description = "Groups in causal order.",
    subcommands = CausalCommand.Status.class,
    mixinStandardHelpOptions = true)
public final class CausalCommand {

  /** {@code sennit causal status}. */
  @Command(
      name = "status",
      description = "How each group of a process stands, and how far each member has come.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Mixin ProcessOptions process = new ProcessOptions();

    @Option(names = "--json", description = "What the process says, as JSON.")
    boolean json;

    @Override
    public Integer call() {
      try (var door = process.open()) {
        var answer = door.ask("causal", Map.of(), process.within());
        if (json) {
          System.out.println(answer.toPrettyString());
        } else {
          print(answer);
        }
        return Exit.OK;
      }
    }

    private static void print(JsonNode answer) {
      System.out.println("member " + answer.path("me").asText());
      if (answer.path("groups").isEmpty()) {
        System.out.println("  it has joined no group");
      }
      for (var group : answer.path("groups")) {
        System.out.printf(
            "group %s%s%n",
            group.path("group").asText(),
            group.path("running").asBoolean() ? "" : ": its store is not open");
        System.out.printf(
            "  durable %d, stable %d, published here %d, on their way %d B%n",
            group.path("durable").asLong(),
            group.path("stable").asLong(),
            group.path("published").asLong(),
            group.path("backlog_bytes").asLong());
        System.out.printf(
            "  deferred %d (%d B, oldest %d ms), log %d records (%d B), dead letters %d%n",
            group.path("deferred").asLong(),
            group.path("deferred_bytes").asLong(),
            group.path("oldest_deferred_ms").asLong(),
            group.path("log_records").asLong(),
            group.path("log_bytes").asLong(),
            group.path("dead_letters").asLong());
        for (var member : group.path("members")) {
          System.out.printf(
              "  %-24s %-12s sent %d, acknowledged %d, lag %d%s%n",
              member.path("name").asText(),
              member.path("connected").asBoolean() ? "connected" : "not there",
              member.path("sent").asLong(),
              member.path("acknowledged").asLong(),
              member.path("lag").asLong(),
              member.path("behind").asBoolean() ? ", behind the log" : "");
        }
      }
    }
  }
}
