package io.sennit.shards.wire;

/**
 * An event with exactly one of its two bodies, docs/protocol/shards.md §1. seed: {@code Message}.
 */
public sealed interface EventMessage {
  /** Which event. seed: {@code EvtID}. */
  EventType type();

  /**
   * Bytes that nobody has read: a user event, or one of Sennit's.
   *
   * @param rawBody the receiver's own. seed: {@code RawBody}
   */
  record Raw(EventType type, byte[] rawBody) implements EventMessage {}

  /**
   * A body of the protocol.
   *
   * @param decodedBody what was said. seed: {@code DecodedBody}
   */
  record Decoded(EventType type, EventData decodedBody) implements EventMessage {}

  /** An event that has no body: {@link EventType#SHUTDOWN}. */
  record Bare(EventType type) implements EventMessage {}
}
