package io.sennit.core;

/**
 * The peer's handler answered with an error. {@link #text()} is the peer's words, untouched; a
 * failure on this side is never reported as one of these.
 */
public non-sealed class RemoteException extends SennitException {
  private static final long serialVersionUID = 1L;

  /** With the peer's words and the circumstances; an answered call has run. */
  public RemoteException(String text, ErrorContext context) {
    super(text, context, null);
  }

  /** The peer's words. */
  public String text() {
    return what();
  }

  @Override
  public RemoteException in(ErrorContext of) {
    return new RemoteException(what(), of);
  }
}
