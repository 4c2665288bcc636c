package io.sennit.sim;

import org.jspecify.annotations.Nullable;

/** Something that was made to go wrong and can be put right; healing twice is harmless. */
public final class Fault implements AutoCloseable {
  private final Injected injected;
  private final Injected.@Nullable Kind kind;
  private @Nullable Runnable remedy;
  private boolean met;
  private boolean healed;

  Fault(Injected injected, Injected.@Nullable Kind kind) {
    this.injected = injected;
    this.kind = kind;
  }

  void remedy(Runnable with) {
    remedy = with;
  }

  /** It stopped, delayed or spoiled something: counted at the first time. */
  void meets() {
    if (!met) {
      met = true;
      if (kind != null) {
        injected.add(kind);
      }
    }
  }

  /** Whether it has stopped, delayed or spoiled anything so far. */
  public boolean hasMet() {
    return met;
  }

  /** Puts it right. */
  public void heal() {
    if (!healed) {
      healed = true;
      if (remedy != null) {
        remedy.run();
      }
    }
  }

  boolean isHealed() {
    return healed;
  }

  @Override
  public void close() {
    heal();
  }
}
