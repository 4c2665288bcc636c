package io.sennit.shards;

/** Why a shard is stopped on a node. */
public enum StopReason {
  /** The orchestrator ordered it, or another node has it. */
  ORDERED,
  /** It lives on another node now, with its state. */
  MOVED,
  /** It was to come here by a move that was given up; it never ran here. */
  NEVER_RAN,
  /** This node ends. */
  CLOSING
}
