package io.sennit.sim;

import org.jspecify.annotations.Nullable;

/** Something that happens at a moment of virtual time; lies in the queue at most once. */
abstract class Event {
  /** The life of a node whose doing it is: dropped when that is over, held while it is paused. */
  final @Nullable Life owner;

  long at;
  int tie;
  long order;
  int place = EventQueue.NOWHERE;
  boolean held;

  Event(@Nullable Life owner) {
    this.owner = owner;
  }

  /** On the simulation's thread. */
  abstract void happen();

  final boolean isScheduled() {
    return place != EventQueue.NOWHERE;
  }

  /** Whether it comes before another: by time, then by the seed, then by age. */
  final boolean before(Event other) {
    if (at != other.at) {
      return at < other.at;
    }
    return tie != other.tie ? tie < other.tie : order < other.order;
  }

  /** An event from a lambda. */
  static Event of(@Nullable Life owner, Runnable what) {
    return new Event(owner) {
      @Override
      void happen() {
        what.run();
      }
    };
  }
}
