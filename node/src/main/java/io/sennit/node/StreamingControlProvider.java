package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import java.util.function.Consumer;

/**
 * A verb that answers with a stream, of which each item is one line of JSON. Its thread is
 * interrupted when the caller leaves.
 */
public interface StreamingControlProvider extends ControlProvider {
  /**
   * Answers, until it returns.
   *
   * @param node the process's node
   * @param arguments an object, empty if there were none
   * @param out takes the next item; waits while the caller does not read, throws when it is gone
   * @throws Exception whose message ends the caller's stream
   */
  void stream(Node node, JsonNode arguments, Consumer<JsonNode> out) throws Exception;

  /** A stream has no single answer. */
  @Override
  default JsonNode answer(Node node, JsonNode arguments) {
    throw new RejectedException(
        "'" + name() + "' answers with a stream", ErrorContext.advice("Open it as one."));
  }
}
