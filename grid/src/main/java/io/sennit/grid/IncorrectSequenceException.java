package io.sennit.grid;

import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;

/** An item of a call or stream came out of sequence. Seed: {@code ErrIncorrectSequence}. */
public final class IncorrectSequenceException extends ProtocolException {
  private static final long serialVersionUID = 1L;

  private final long expected;
  private final long seen;

  /** With both numbers, unsigned 32 bits each. */
  public IncorrectSequenceException(long expected, long seen, ErrorContext context) {
    super(
        "seq",
        -1,
        "out-of-sequence item received: expected " + expected + ", got " + seen,
        context);
    this.expected = expected;
    this.seen = seen;
  }

  @Override
  public IncorrectSequenceException in(ErrorContext of) {
    return new IncorrectSequenceException(expected, seen, of);
  }
}
