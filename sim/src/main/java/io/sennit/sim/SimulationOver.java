package io.sennit.sim;

/** Unwinds a thread that still waits when its simulation closes. */
final class SimulationOver extends Error {
  private static final long serialVersionUID = 1L;

  SimulationOver() {
    super("the simulation is over", null, false, false);
  }
}
