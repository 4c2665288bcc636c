package io.sennit.node;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A verb of the control service, found through {@link java.util.ServiceLoader}: what commands and
 * consoles ask a running process. Called on a virtual thread, by any number at once.
 */
public interface ControlProvider {
  /** The verb, one lower-case word; of a strand, its name or that with a dot and a word. */
  String name();

  /** One line for people. */
  String about();

  /**
   * Answers.
   *
   * @param node the process's node
   * @param arguments an object, empty if there were none
   * @throws Exception whose message the caller gets
   */
  JsonNode answer(Node node, JsonNode arguments) throws Exception;
}
