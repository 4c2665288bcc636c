package io.sennit.core.death;

import io.sennit.core.Incarnation;
import io.sennit.core.death.Evidence.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one address: a value, changed by making the next one. The rules of evidence are
 * all here.
 */
final class Subject {
  /** Pieces of evidence held about one address; the weakest and oldest go first. */
  static final int MAX_EVIDENCE = 16;

  private static final Comparator<Evidence> STRONGEST_FIRST =
      Comparator.comparing(Evidence::strength).reversed().thenComparing(Evidence::kind);

  static final Subject UNKNOWN = new Subject(Optional.empty(), null, List.of());

  private final Optional<Incarnation> proven;
  private final @Nullable Evidence heard; // what proved the life, or the process without a life
  private final List<Evidence> held; // strongest first, then oldest
  private final Verdict verdict;

  private Subject(Optional<Incarnation> proven, @Nullable Evidence heard, List<Evidence> held) {
    this.proven = proven;
    this.heard = heard;
    this.held = held;
    this.verdict = judge();
  }

  /** What all of it comes to. */
  Verdict verdict() {
    return verdict;
  }

  /** What it comes to for one life. */
  Verdict verdict(Incarnation life) {
    var current = verdict.life();
    if (current.isPresent() && current.get().equals(life)) {
      return verdict;
    }
    if (current.isPresent() && current.get().isAfter(life)) {
      if (verdict instanceof Verdict.Dead dead) {
        return new Verdict.Dead(Optional.of(life), dead.why());
      }
      var by = heard;
      if (by != null && proven.isPresent()) {
        return new Verdict.Dead(Optional.of(life), followed(by, life, proven.get()));
      }
    }
    return new Verdict.Unknown();
  }

  /** The same with one piece more; this very object if it changes nothing. */
  Subject with(Evidence evidence) {
    return evidence.kind() == Kind.HEARD ? heard(evidence) : against(evidence);
  }

  private Subject heard(Evidence evidence) {
    var life = evidence.life();
    if (life.isEmpty() ? isDead() : isOver(life.get())) {
      return this;
    }
    boolean same = heard != null && (life.isEmpty() || life.equals(proven));
    if (same && held.isEmpty()) {
      return this;
    }
    return new Subject(life.isEmpty() ? proven : life, evidence, List.of());
  }

  private Subject against(Evidence evidence) {
    var life = evidence.life();
    if (life.isPresent() && isOver(life.get())) {
      return this;
    }
    if (evidence.strength() == Strength.PROOF) {
      return new Subject(proven, heard, List.of(evidence));
    }
    if (isDead() || held.stream().anyMatch(evidence::repeats)) {
      return this;
    }
    var more = new ArrayList<>(held);
    more.add(evidence);
    more.sort(STRONGEST_FIRST); // stable: the older stays in front
    if (more.size() > MAX_EVIDENCE) {
      more.remove(oldestOfTheWeakest(more));
    }
    return more.equals(held) ? this : new Subject(proven, heard, List.copyOf(more));
  }

  private static int oldestOfTheWeakest(List<Evidence> sorted) {
    var weakest = sorted.getLast();
    int i = sorted.size() - 1;
    while (i > 0
        && sorted.get(i - 1).kind() == weakest.kind()
        && sorted.get(i - 1).strength() == weakest.strength()) {
      i--;
    }
    return i;
  }

  private boolean isDead() {
    return verdict.strength() == Strength.PROOF;
  }

  /**
   * Whether a life is known to have ended: one before the newest known, or not the same as it
   * though it bears the same number, as from a copied data folder; or it is the dead one.
   */
  private boolean isOver(Incarnation life) {
    var newest = isDead() ? verdict.life() : proven;
    return newest.isPresent()
        && !life.isAfter(newest.get())
        && (isDead() || !life.equals(newest.get()));
  }

  private Verdict judge() {
    if (held.isEmpty()) {
      return heard == null ? new Verdict.Unknown() : new Verdict.Alive(proven);
    }
    var strongest = held.getFirst();
    if (strongest.strength() == Strength.PROOF) {
      return new Verdict.Dead(strongest.life(), strongest);
    }
    var life = proven.isPresent() ? proven : strongest.life();
    boolean left = held.stream().anyMatch(e -> e.kind() == Kind.GOODBYE);
    return left
        ? new Verdict.Left(life, together(), held)
        : new Verdict.Doubted(life, together(), held);
  }

  /** Two nodes that were both refused may end a membership; no number of them proves a death. */
  private Strength together() {
    var strongest = held.getFirst().strength();
    long refused =
        held.stream()
            .filter(e -> e.kind() == Kind.ENDED_AND_REFUSED)
            .map(e -> e.witness().node())
            .distinct()
            .count();
    return refused >= 2 && strongest.compareTo(Strength.MEMBERSHIP) < 0
        ? Strength.MEMBERSHIP
        : strongest;
  }

  /** The end of an earlier life, told by who heard the later one. */
  static Evidence followed(Evidence heard, Incarnation earlier, Incarnation later) {
    return new Evidence(
        heard.subject(),
        Optional.of(earlier),
        Kind.NEWER_LIFE,
        heard.witness(),
        heard.since(),
        "life " + later + " is there");
  }
}
