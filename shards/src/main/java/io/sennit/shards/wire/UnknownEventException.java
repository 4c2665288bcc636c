package io.sennit.shards.wire;

import io.sennit.core.ProtocolException;

/** An event whose number has no meaning here. seed: {@code UnknownEventError}. */
public final class UnknownEventException extends ProtocolException {
  private static final long serialVersionUID = 1L;

  private final long event;

  /** For a number. */
  public UnknownEventException(EventType type) {
    super("event", -1, "Unknown event: " + type.id());
    this.event = type.id();
  }

  /** The number. seed: {@code Evt}. */
  public EventType event() {
    return new EventType(event);
  }
}
