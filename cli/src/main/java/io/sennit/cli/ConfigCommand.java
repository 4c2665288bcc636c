package io.sennit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sennit.node.EffectiveSetting;
import io.sennit.node.NodeConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sennit config}: what a node would be told, and by whom. */
@Command(
    name = "config",
    description = {
      "Check the configuration, and say where each value is from.",
      "The file and the environment are read as a node would read them.",
      "Prints what is set; with --explain every key, where its value is from, and what it is."
    },
    mixinStandardHelpOptions = true)
public final class ConfigCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The file (default: SENNIT_CONFIG, else none).")
  @Nullable Path config;

  @Option(names = "--explain", description = "Every key, with its origin and its meaning.")
  boolean explain;

  @Option(names = "--json", description = "The same as JSON.")
  boolean json;

  @Override
  public Integer call() throws java.io.IOException {
    var all = NodeConfig.load(Optional.ofNullable(config)).explain();
    var shown = explain ? all : all.stream().filter(EffectiveSetting::isSet).toList();
    if (json) {
      System.out.println(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(shown));
    } else {
      print(shown);
      if (!explain) {
        System.out.printf(
            "%d of %d keys are set, and valid; --explain shows all.%n", shown.size(), all.size());
      }
    }
    return Exit.OK;
  }

  private void print(List<EffectiveSetting> shown) {
    int keys = shown.stream().mapToInt(s -> s.key().length()).max().orElse(0);
    int values = shown.stream().mapToInt(s -> value(s).length()).max().orElse(0);
    for (var s : shown) {
      System.out.printf(
          "%-" + keys + "s = %-" + Math.min(40, values) + "s  (%s)%n",
          s.key(),
          value(s),
          s.origin());
      if (explain) {
        System.out.printf("    %s %s.%s%n", s.about(), capital(s.allowed()), also(s));
      }
    }
  }

  private static String also(EffectiveSetting s) {
    return s.aliases().isEmpty() ? "" : " Also " + String.join(", ", s.aliases()) + ".";
  }

  private static String value(EffectiveSetting s) {
    return s.value().isEmpty() ? "(none)" : s.value();
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
