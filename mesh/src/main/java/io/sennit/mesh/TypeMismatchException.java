package io.sennit.mesh;

import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;

/**
 * A value of a received map is there, but of another type than was asked for. A handler that lets
 * it pass answers its caller with an error.
 */
public class TypeMismatchException extends ProtocolException {
  private static final long serialVersionUID = 1L;

  /** Names the key, what was wanted and what was found. */
  public TypeMismatchException(String key, String wanted, String found) {
    this(key, wanted + " was wanted, " + found + " was found", ErrorContext.NONE);
  }

  private TypeMismatchException(String key, String what, ErrorContext context) {
    super("'" + key + "'", -1, what, context);
  }

  @Override
  public ProtocolException in(ErrorContext of) {
    return new TypeMismatchException(field().replaceAll("^'|'$", ""), what(), of);
  }
}
