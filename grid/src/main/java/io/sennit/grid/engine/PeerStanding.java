package io.sennit.grid.engine;

/** What a peer is to this manager, which decides whether it is dialed and when it is forgotten. */
public enum PeerStanding {
  /** Named by the user: dialed from the start, for as long as the manager lives. */
  LISTED,
  /** Admitted or mentioned: dialed when it is used, forgotten when others need its place. */
  LEARNED,
  /** Only dials: forgotten when its connection ends. */
  CLIENT,
  /** A command: never called, forgotten when its connection ends. */
  GUEST
}
