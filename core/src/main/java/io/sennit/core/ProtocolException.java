package io.sennit.core;

/**
 * Malformed input: names the field and the byte offset. It ends the connection (or drops the
 * datagram) it came from and harms nothing else.
 */
public non-sealed class ProtocolException extends SennitException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final long offset;

  /**
   * Malformed input.
   *
   * @param field what was being read, in the words of {@code docs/protocol}
   * @param offset bytes from the start of the message or packet, -1 when unknown
   * @param what what was wrong
   */
  public ProtocolException(String field, long offset, String what) {
    this(field, offset, what, ErrorContext.NONE);
  }

  /** Malformed input from a known peer. */
  public ProtocolException(String field, long offset, String what, ErrorContext context) {
    super(
        offset < 0 ? field + ": " + what : field + " at byte " + offset + ": " + what,
        context,
        null);
    this.field = field;
    this.offset = offset;
  }

  private ProtocolException(ProtocolException other, ErrorContext context) {
    super(other.what(), context, other);
    this.field = other.field;
    this.offset = other.offset;
  }

  /** What was being read. */
  public String field() {
    return field;
  }

  /** Bytes from the start of the message or packet, -1 when unknown. */
  public long offset() {
    return offset;
  }

  @Override
  public ProtocolException in(ErrorContext of) {
    return new ProtocolException(this, of);
  }
}
