package io.sennit.causal.engine;

/** What a group has counted since it began; plain fields of its loop. */
final class Counts {
  long published;
  long applied;
  long duplicates;
  long deferred;
  long refused;
  long misdirected; // dialed links at whose other end somebody else was
  long malformed;
  long leaps;
  long wants;
  long reopened;
  long cutOff; // operations cut from the log though a member lacked them
  long commits;
  long givenBack; // own operations of earlier lives that others had and this member had not
}
