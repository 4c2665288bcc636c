package io.sennit.core.death;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import java.time.Instant;
import java.util.Optional;

/**
 * What one witness says of one process.
 *
 * @param subject where the process lives, or lived
 * @param life which life is meant; empty if the witness does not know. Evidence of a life never
 *     touches a later life at the same address
 * @param kind what was seen
 * @param witness who saw it
 * @param since when it began, by the wall clock of the witness ({@code Loop.wallTime()}); for
 *     people and for the wire only: the oracle goes by the order of reports and compares no times
 * @param detail what else is known, such as an exit code; cut after 200 characters
 */
public record Evidence(
    Address subject,
    Optional<Incarnation> life,
    Kind kind,
    Witness witness,
    Instant since,
    String detail) {
  private static final int MAX_DETAIL = 200;

  /** What can be seen of a process, strongest first. */
  public enum Kind {
    /**
     * The launcher that started the process saw it exit. A proof only if the life is named: without
     * it a later life could be meant.
     */
    EXIT_SEEN(Strength.PROOF, "exited"),
    /**
     * A later life of the process has proven itself at the address. Only the oracle makes this,
     * from {@link #HEARD} with a later life.
     */
    NEWER_LIFE(Strength.PROOF, "was followed by a later life"),
    /** Its lease ended, with the margin for clocks. */
    LEASE_LAPSED(Strength.LEASE, "let its lease lapse"),
    /**
     * A connection ended without a goodbye, and the next one was refused. Also a machine that is
     * cut off or a port that moved look so, hence weak; from two nodes it may end a membership.
     */
    ENDED_AND_REFUSED(Strength.DOUBT, "ended a connection without goodbye and refused the next"),
    /** A connection was reset or closed without a goodbye. */
    CONNECTION_LOST(Strength.DOUBT, "lost a connection without goodbye"),
    /** No answer on an open connection for two ping intervals. */
    NO_ANSWER(Strength.DOUBT, "did not answer for two ping intervals"),
    /** A failure detector suspects it, or a directory has not heard of it. */
    SUSPECTED(Strength.DOUBT, "is suspected"),
    /** It said that it leaves, or that it has no more use for a connection. */
    GOODBYE(Strength.DOUBT, "said goodbye"),
    /**
     * It was heard and its life proven, as by a handshake under the cluster's key. Clears
     * everything weaker than a proof. Hearsay is not enough.
     */
    HEARD(Strength.NONE, "was heard");

    private final Strength strength;
    private final String words;

    Kind(Strength strength, String words) {
      this.strength = strength;
      this.words = words;
    }
  }

  /** Cuts the detail. */
  public Evidence {
    if (detail.length() > MAX_DETAIL) {
      detail = detail.substring(0, MAX_DETAIL);
    }
  }

  /** Evidence without detail. */
  public static Evidence of(
      Kind kind, Address subject, Optional<Incarnation> life, Witness witness, Instant since) {
    return new Evidence(subject, life, kind, witness, since, "");
  }

  /** What it allows by itself. */
  public Strength strength() {
    return kind == Kind.EXIT_SEEN && life.isEmpty() ? Strength.MEMBERSHIP : kind.strength;
  }

  /** Whether another says the same of the same life with the same eyes. */
  boolean repeats(Evidence other) {
    return kind == other.kind && witness.equals(other.witness) && life.equals(other.life);
  }

  /**
   * One line: {@code b:7400 (life 42-…) exited, says launcher at a:7400 since …: exit code 137}.
   */
  @Override
  public String toString() {
    return subject
        + life.map(l -> " (life " + l + ")").orElse("")
        + " "
        + kind.words
        + ", says "
        + witness
        + " since "
        + since
        + (detail.isEmpty() ? "" : ": " + detail);
  }
}
