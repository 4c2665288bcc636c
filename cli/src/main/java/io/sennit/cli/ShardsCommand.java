package io.sennit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sennit shards}: what an orchestrator knows and does. */
@Command(
    name = "shards",
    description = "Look at shards and move them: asks a running orchestrator.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ShardsCommand.Status.class,
      ShardsCommand.Start.class,
      ShardsCommand.Stop.class,
      ShardsCommand.Migrate.class,
      ShardsCommand.Drain.class,
      ShardsCommand.Cordon.class,
      ShardsCommand.Uncordon.class,
      ShardsCommand.Rebalance.class,
      ShardsCommand.Log.class,
      ShardsCommand.Watch.class
    })
public final class ShardsCommand {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What all of them take. */
  abstract static class Ask implements Callable<Integer> {
    @Mixin ProcessOptions process = new ProcessOptions();

    @Option(
        names = "--type",
        paramLabel = "NAME",
        description = "The type of shards, if the orchestrator places several.")
    @Nullable String type;

    @Option(names = "--json", description = "The answer as JSON.")
    boolean json;

    Map<String, Object> arguments() {
      var map = new LinkedHashMap<String, Object>();
      if (type != null) {
        map.put("type", type);
      }
      return map;
    }

    JsonNode ask(String verb, Map<String, Object> arguments) {
      try (var door = process.open()) {
        return door.ask(verb, arguments, process.within());
      }
    }

    /** Prints the answer as it is, or a sentence for it. */
    Integer tell(JsonNode answer, String sentence) {
      System.out.println(json ? answer.toString() : sentence);
      return Exit.OK;
    }
  }

  /** How shards stand. */
  @Command(name = "status", description = "Which node runs what.", mixinStandardHelpOptions = true)
  static final class Status extends Ask {
    @Override
    public Integer call() {
      var status = ask("shards", arguments());
      if (json) {
        System.out.println(status.toPrettyString());
        return Exit.OK;
      }
      System.out.printf(
          "%s: %d of %d shards run, %d moves under way, term %d%n",
          status.path("type").asText(),
          status.path("running").asInt(),
          status.path("total").asInt(),
          status.path("moves").asInt(),
          status.path("term").asLong());
      var byNode = new TreeMap<String, List<Integer>>();
      var others = new ArrayList<String>();
      for (var shard : status.path("shards")) {
        var state = shard.path("state").asText();
        if (state.equals("running")) {
          byNode
              .computeIfAbsent(shard.path("node").asText(), _ -> new ArrayList<>())
              .add(shard.path("shard").asInt());
        } else {
          others.add(shard.path("shard").asInt() + " " + state);
        }
      }
      for (var node : status.path("nodes")) {
        if (node.path("over").asBoolean()) {
          continue;
        }
        var id = node.path("id").asText();
        System.out.printf(
            "  %-16s %-22s %-13s %s%n",
            id,
            node.path("address").asText(),
            (node.path("connected").asBoolean() ? "connected" : "silent")
                + (node.path("cordoned").asBoolean() ? " -" : ""),
            ranges(byNode.getOrDefault(id, List.of())));
      }
      if (!others.isEmpty()) {
        System.out.println("  not running: " + String.join(", ", others));
      }
      return Exit.OK;
    }
  }

  /** Numbers in order as people write them: {@code 0-4, 7}. */
  static String ranges(List<Integer> numbers) {
    var text = new StringBuilder();
    for (int i = 0; i < numbers.size(); ) {
      int end = i;
      while (end + 1 < numbers.size() && numbers.get(end + 1) == numbers.get(end) + 1) {
        end++;
      }
      text.append(text.isEmpty() ? "" : ", ").append(numbers.get(i));
      if (end > i) {
        text.append('-').append(numbers.get(end));
      }
      i = end + 1;
    }
    return text.isEmpty() ? "none" : text.toString();
  }

  /** One shard. */
  abstract static class AskOne extends Ask {
    @Parameters(index = "0", paramLabel = "SHARD", description = "Its number.")
    int shard;

    @Override
    Map<String, Object> arguments() {
      var map = super.arguments();
      map.put("shard", shard);
      return map;
    }
  }

  /** Lets a shard run. */
  @Command(
      name = "start",
      description = "Let a stopped shard run again.",
      mixinStandardHelpOptions = true)
  static final class Start extends AskOne {
    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "NODE",
        description = "Where (default: wherever there is room).")
    @Nullable String node;

    @Override
    public Integer call() {
      var arguments = arguments();
      if (node != null) {
        arguments.put("node", node);
      }
      return tell(ask("shards.start", arguments), "shard " + shard + " is to run.");
    }
  }

  /** Stops a shard. */
  @Command(
      name = "stop",
      description = "Stop a shard, until it is started again.",
      mixinStandardHelpOptions = true)
  static final class Stop extends AskOne {
    @Override
    public Integer call() {
      return tell(ask("shards.stop", arguments()), "shard " + shard + " is being stopped.");
    }
  }

  /** Moves a shard. */
  @Command(
      name = "migrate",
      description = {
        "Move a shard with its state to a node, and wait until it runs there.",
        "Exit code 1 if it was taken back: it then runs where it was."
      },
      mixinStandardHelpOptions = true)
  static final class Migrate extends AskOne {
    @Parameters(index = "1", paramLabel = "NODE", description = "Where to.")
    String node = "";

    @Override
    public Integer call() {
      var arguments = arguments();
      arguments.put("node", node);
      var answer = ask("shards.move", arguments);
      boolean moved = answer.path("moved").asBoolean();
      var unused =
          tell(
              answer,
              moved
                  ? "shard %d runs on %s: %d bytes of state, dark for %.1f ms."
                      .formatted(
                          shard,
                          node,
                          answer.path("bytes").asLong(),
                          answer.path("dark_us").asLong() / 1000.0)
                  : "shard %d was not moved, it failed at %s: %s."
                      .formatted(shard, answer.path("at").asText(), answer.path("why").asText()));
      return moved ? Exit.OK : Exit.FAILED;
    }
  }

  /** One node. */
  abstract static class AskNode extends Ask {
    @Parameters(index = "0", paramLabel = "NODE", description = "Its name.")
    String node = "";

    @Override
    Map<String, Object> arguments() {
      var map = super.arguments();
      map.put("node", node);
      return map;
    }
  }

  /** Empties a node. */
  @Command(
      name = "drain",
      description = "Move all shards away from a node; begins, and returns.",
      mixinStandardHelpOptions = true)
  static final class Drain extends AskNode {
    @Override
    public Integer call() {
      return tell(ask("shards.drain", arguments()), "the shards of " + node + " move away.");
    }
  }

  /** Gives a node nothing new. */
  @Command(
      name = "cordon",
      description = "Give a node nothing new; what it runs stays.",
      mixinStandardHelpOptions = true)
  static final class Cordon extends AskNode {
    @Override
    public Integer call() {
      var arguments = arguments();
      arguments.put("on", true);
      return tell(ask("shards.cordon", arguments), node + " is given nothing new.");
    }
  }

  /** Lifts a cordon. */
  @Command(
      name = "uncordon",
      description = "Give a node shards again.",
      mixinStandardHelpOptions = true)
  static final class Uncordon extends AskNode {
    @Override
    public Integer call() {
      var arguments = arguments();
      arguments.put("on", false);
      return tell(ask("shards.cordon", arguments), node + " is given shards again.");
    }
  }

  /** Evens nodes out. */
  @Command(
      name = "rebalance",
      description = "Move shards from full nodes to empty ones; begins, and returns.",
      mixinStandardHelpOptions = true)
  static final class Rebalance extends Ask {
    @Override
    public Integer call() {
      return tell(ask("shards.rebalance", arguments()), "shards move to the emptier nodes.");
    }
  }

  private static void print(JsonNode decision, boolean json) {
    System.out.println(
        json
            ? decision.toString()
            : "%s %-12s %s %s: %s"
                .formatted(
                    decision.path("at").asText(),
                    decision.path("what").asText(),
                    decision.path("shard").asInt() < 0
                        ? "-"
                        : "shard " + decision.path("shard").asInt(),
                    decision.path("node").asText(),
                    decision.path("why").asText()));
  }

  /** The last decisions. */
  @Command(
      name = "log",
      description = "The last decisions, with their reasons.",
      mixinStandardHelpOptions = true)
  static final class Log extends Ask {
    @Option(
        names = "--last",
        paramLabel = "COUNT",
        description = "How many (default: ${DEFAULT-VALUE}).",
        defaultValue = "100")
    int last = 100;

    @Override
    public Integer call() {
      var arguments = arguments();
      arguments.put("last", last);
      for (var decision : ask("shards.log", arguments)) {
        print(decision, json);
      }
      return Exit.OK;
    }
  }

  /** Decisions as they are made. */
  @Command(
      name = "watch",
      description = "Each decision as it is made, until Ctrl-C.",
      mixinStandardHelpOptions = true)
  static final class Watch extends Ask {
    @Override
    public Integer call() {
      try (var door = process.open()) {
        door.stream(
            "shards.watch",
            JSON.valueToTree(arguments()),
            process.limit(),
            one -> print(one, json));
      }
      return Exit.OK;
    }
  }
}
