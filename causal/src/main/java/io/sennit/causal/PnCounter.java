package io.sennit.causal;

/**
 * A number that all members of a group add to: the sum of all changes, modulo 2^64. Reads answer
 * from memory, at once, on any thread; changes return when they are durable here.
 */
public final class PnCounter {
  private final CausalGroup<?> group;
  private final String name;

  PnCounter(CausalGroup<?> group, String name) {
    this.group = group;
    this.name = name;
  }

  /** Adds to it; below zero: takes from it. */
  public Stamp add(long change) throws InterruptedException {
    return group.count(name, change);
  }

  /** What it stands at here. */
  public long value() {
    return group.objects().count(name).value();
  }
}
