package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.sennit.core.ConfigException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code watch}: what {@code grid} says, again and again. */
final class WatchVerb implements StreamingControlProvider {
  private final GridVerb grid = new GridVerb();

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String about() {
    return "grid again and again: every_ms (100 to 60000, default 1000), count (default 0: no end)";
  }

  @Override
  public void stream(Node node, JsonNode arguments, Consumer<JsonNode> out)
      throws InterruptedException {
    long pause = number(arguments, "every_ms", 1000, 100, 60_000);
    long count = number(arguments, "count", 0, 0, Long.MAX_VALUE);
    var never = new SynchronousQueue<Object>(); // a wait that only time or an interrupt ends
    for (long i = 0; count == 0 || i < count; i++) {
      if (i > 0) {
        never.poll(pause, TimeUnit.MILLISECONDS);
      }
      out.accept(grid.answer(node, arguments));
    }
  }

  private static long number(JsonNode arguments, String key, long usual, long min, long max) {
    var given = arguments.path(key);
    if (given.isMissingNode()) {
      return usual;
    }
    if (!given.isIntegralNumber() || given.asLong() < min || given.asLong() > max) {
      throw new ConfigException(key, given.toString(), "a number from " + min + " to " + max);
    }
    return given.asLong();
  }
}
