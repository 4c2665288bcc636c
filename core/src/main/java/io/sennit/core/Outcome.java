package io.sennit.core;

/** What is known about whether the work behind a failed operation was done. */
public enum Outcome {
  /** It certainly did not run: it may be tried again anywhere. */
  DID_NOT_RUN,
  /** It ran to its end (perhaps with an error); only its answer may be missing. */
  RAN,
  /** It may or may not have run: retry only what is safe to do twice. */
  UNKNOWN
}
