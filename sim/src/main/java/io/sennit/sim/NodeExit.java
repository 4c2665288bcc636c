package io.sennit.sim;

import java.time.Duration;

/**
 * A process of a node has ended: what a launcher beside it would know, told to {@link
 * Simulation#onExit}.
 *
 * @param node its name
 * @param life the how many-th process of the node it was, from 1
 * @param at virtual time since the simulation began
 * @param how what ended it
 */
public record NodeExit(String node, int life, Duration at, How how) {
  /** What can end a process. */
  public enum How {
    /** Its fabric was closed: it ended by itself. */
    CLOSED,
    /** It was killed; its kernel ends its connections. */
    KILLED,
    /** Its machine lost power: nobody on the machine can tell, and no kernel answers. */
    POWER_CUT
  }
}
