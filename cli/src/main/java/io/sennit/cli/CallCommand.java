package io.sennit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sennit call}: any verb of the control service of a running process. */
@Command(
    name = "call",
    description = {
      "Ask a running process anything it knows.",
      "A verb is asked with its arguments as a JSON object. An answer is a line of JSON,",
      "a stream of answers one line each.",
      "Without a verb it lists those there are."
    },
    mixinStandardHelpOptions = true)
public final class CallCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Thrown through the stream when nobody reads what is printed. */
  private static final class NobodyReads extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NobodyReads() {
      super("nobody reads", null, false, false);
    }
  }

  @Mixin ProcessOptions process = new ProcessOptions();

  @Option(names = "--json", description = "List the verbs as JSON.")
  boolean json;

  @Parameters(index = "0", arity = "0..1", paramLabel = "VERB", description = "What to ask.")
  @Nullable String verb;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "The arguments, an object (default: ${DEFAULT-VALUE}).")
  String arguments = "{}";

  @Override
  public Integer call() {
    var asked = verb;
    var given = arguments();
    try (var door = process.open()) {
      var verbs = door.ask("verbs", Map.of(), process.within());
      if (asked == null) {
        list(verbs);
      } else {
        door.stream(asked, given, limit(verbs, asked), CallCommand::print);
      }
      return Exit.OK;
    } catch (NobodyReads e) {
      return Exit.OK; // whoever read it has seen enough
    }
  }

  private JsonNode arguments() {
    try {
      var given = JSON.readTree(arguments);
      if (given.isObject()) {
        return given;
      }
    } catch (JsonProcessingException e) {
      throw new UsageException("'" + arguments + "' is not JSON: " + e.getOriginalMessage() + ".");
    }
    throw new UsageException("'" + arguments + "': a JSON object, like '{\"every_ms\":500}'.");
  }

  /** One answer is waited for as long as any; a stream may go on. */
  private Optional<Duration> limit(JsonNode verbs, String asked) {
    for (var one : verbs) {
      if (one.path("verb").asText().equals(asked) && one.path("stream").asBoolean()) {
        return process.limit();
      }
    }
    return Optional.of(process.within().duration());
  }

  private void list(JsonNode verbs) {
    if (json) {
      System.out.println(verbs);
      return;
    }
    for (var one : verbs) {
      System.out.printf(
          "%-12s %s%s%n",
          one.path("verb").asText(),
          one.path("about").asText(),
          one.path("stream").asBoolean() ? " (a stream)" : "");
    }
  }

  private static void print(JsonNode item) {
    System.out.println(item);
    if (System.out.checkError()) {
      throw new NobodyReads();
    }
  }
}
