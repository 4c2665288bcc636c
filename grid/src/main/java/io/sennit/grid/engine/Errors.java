package io.sennit.grid.engine;

import io.sennit.core.RemoteException;

/** What a handler's failure is called on the wire. */
final class Errors {
  private Errors() {}

  /** A remote error's own words go on as they are; of anything else, its message or its class. */
  static String text(Throwable e) {
    if (e instanceof RemoteException remote) {
      return remote.text();
    }
    var message = e.getMessage();
    var words = message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    return e instanceof RuntimeException || e instanceof Error ? "handler failed: " + words : words;
  }
}
