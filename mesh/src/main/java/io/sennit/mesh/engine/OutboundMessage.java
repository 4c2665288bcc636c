package io.sennit.mesh.engine;

import io.sennit.core.SennitException;

/**
 * A message as its sender asks for it.
 *
 * @param envelope its bytes
 * @param command its command, for the order
 * @param ordered whether it is handed out in the order of its command
 * @param urgent whether it goes before others
 * @param immediate whether it never waits to share a packet
 * @param operation what is being done, for errors
 * @param fate how it fares, told on the loop
 */
public record OutboundMessage(
    byte[] envelope,
    int command,
    boolean ordered,
    boolean urgent,
    boolean immediate,
    String operation,
    Fate fate) {
  /** How a message fares. */
  public interface Fate {
    /** It was queued; one of the others follows. */
    default void taken() {}

    /** The peer's transport has it, whole. */
    void delivered();

    /** It was refused or given up; the exception says what is known. */
    void failed(SennitException why);
  }

  void taken() {
    fate.taken();
  }

  OutMessage toOut(long now) {
    return new OutMessage(
        envelope,
        command,
        ordered,
        urgent,
        immediate,
        operation,
        now,
        new OutMessage.Fate() {
          @Override
          public void delivered() {
            fate.delivered();
          }

          @Override
          public void failed(SennitException why) {
            fate.failed(why);
          }
        });
  }
}
