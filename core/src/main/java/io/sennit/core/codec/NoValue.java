package io.sennit.core.codec;

/** The only value of a request or an answer that says nothing; see {@link Codec#NONE}. */
public enum NoValue {
  /** The value. */
  NONE
}
