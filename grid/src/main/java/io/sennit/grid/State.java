package io.sennit.grid;

/** Where a connection stands; docs/protocol/grid.md §4.10. */
public enum State {
  /** Not tried yet, or the accepting side before the first connection. */
  UNCONNECTED,
  /** The dialer's first attempt. */
  CONNECTING,
  /** Ready for calls. */
  CONNECTED,
  /** An attempt failed or the connection was lost; a dialer tries again. */
  CONNECTION_ERROR,
  /** Closed for good. */
  SHUTDOWN
}
