package io.sennit.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sennit orchestrator}: a node that places shards, in the foreground. */
@Command(
    name = "orchestrator",
    description = {
      "Run a node that places shards on the others, until Ctrl-C or SIGTERM.",
      "Its journal is in the data folder: started again there, it knows who runs what.",
      "Nodes that host shards find it by shards.orchestrator."
    },
    mixinStandardHelpOptions = true)
public final class OrchestratorCommand implements Callable<Integer> {
  @Option(
      names = "--shards",
      paramLabel = "TYPE:TOTAL",
      required = true,
      split = ",",
      description = "What to place, like rooms:64; may be repeated.")
  List<String> shards = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      required = true,
      description = "Where its journal is.")
  String data = "";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The configuration, HOCON or JSON (default: SENNIT_CONFIG, else none).")
  @Nullable String config;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen (default: a free port on 127.0.0.1).")
  @Nullable String listen;

  @Option(
      names = "--name",
      description = "This node's name, for people (default: ${DEFAULT-VALUE}).",
      defaultValue = "orchestrator")
  String name = "orchestrator";

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any key of the configuration; may be repeated.")
  Map<String, String> settings = new LinkedHashMap<>();

  @Override
  public Integer call() throws InterruptedException {
    var arguments = new ArrayList<String>();
    settings.forEach((key, value) -> add(arguments, "--set", key + "=" + value));
    add(arguments, "--set", "shards.orchestrate=" + String.join(",", shards));
    add(arguments, "--data", data);
    add(arguments, "--name", name);
    if (config != null) {
      add(arguments, "--config", config);
    }
    if (listen != null) {
      add(arguments, "--listen", listen);
    }
    var node = new NodeCommand();
    var unused = new CommandLine(node).parseArgs(arguments.toArray(String[]::new));
    return node.call();
  }

  private static void add(List<String> arguments, String option, String value) {
    arguments.add(option);
    arguments.add(value);
  }
}
