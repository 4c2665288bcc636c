package io.sennit.sim;

/** Something that was made to go wrong and can be put right; healing twice is harmless. */
public final class Fault implements AutoCloseable {
  private final Runnable remedy;
  private boolean healed;

  Fault(Runnable remedy) {
    this.remedy = remedy;
  }

  /** Puts it right. */
  public void heal() {
    if (!healed) {
      healed = true;
      remedy.run();
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
