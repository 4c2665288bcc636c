package io.sennit.core.death;

import io.sennit.core.Incarnation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What all evidence about an address comes to. Its text says why, in one line. */
public sealed interface Verdict {
  /** Which life it is about; empty: unknown. */
  Optional<Incarnation> life();

  /** What it allows. */
  Strength strength();

  /** Nothing is known: never heard of, forgotten, or a life later than any proven one. */
  record Unknown() implements Verdict {
    @Override
    public Optional<Incarnation> life() {
      return Optional.empty();
    }

    @Override
    public Strength strength() {
      return Strength.NONE;
    }

    @Override
    public String toString() {
      return "unknown";
    }
  }

  /** Heard, and nothing said against it since. */
  record Alive(Optional<Incarnation> life) implements Verdict {
    @Override
    public Strength strength() {
      return Strength.NONE;
    }

    @Override
    public String toString() {
      return "alive" + lifeText(life);
    }
  }

  /**
   * Something speaks against it, no proof.
   *
   * @param strength what all of it together allows: {@code DOUBT}, {@code MEMBERSHIP} or {@code
   *     LEASE}
   * @param why strongest first, then oldest
   */
  record Doubted(Optional<Incarnation> life, Strength strength, List<Evidence> why)
      implements Verdict {
    @Override
    public String toString() {
      return "doubted" + lifeText(life) + ", allows " + strength + ": " + lines(why);
    }
  }

  /**
   * It said goodbye: not asked any more, and its silence since then says nothing new.
   *
   * @param strength as for {@link Doubted}
   * @param why the goodbye and what came beside it, strongest first
   */
  record Left(Optional<Incarnation> life, Strength strength, List<Evidence> why)
      implements Verdict {
    @Override
    public String toString() {
      return "left" + lifeText(life) + ", allows " + strength + ": " + lines(why);
    }
  }

  /** This life has ended; a later one may come. */
  record Dead(Optional<Incarnation> life, Evidence why) implements Verdict {
    @Override
    public Strength strength() {
      return Strength.PROOF;
    }

    @Override
    public String toString() {
      return "dead" + lifeText(life) + ": " + why;
    }
  }

  private static String lifeText(Optional<Incarnation> life) {
    return life.map(l -> " (life " + l + ")").orElse("");
  }

  private static String lines(List<Evidence> why) {
    return why.stream().map(Evidence::toString).collect(Collectors.joining("; "));
  }
}
