package io.sennit.grid;

/** Where scenarios are played, and how managers are made there. */
interface Ground {
  /** A new world. */
  Place place();

  /** What all managers of this ground are told. */
  default ManagerBuilder taste(ManagerBuilder builder) {
    return builder;
  }

  /** Whether both sides speak Sennit's extensions. */
  default boolean extended() {
    return true;
  }
}
