package io.sennit.sim;

import io.sennit.core.spi.FabricListener;
import java.time.Duration;

/** How a simulation begins: see {@link Simulation#builder}. */
public final class SimulationBuilder {
  final long seed;
  int loops = 2;
  int kept = 100;
  Weather weather = Weather.calm();
  Duration limit = Duration.ofMinutes(10);
  FabricListener listener = FabricListener.NONE;

  SimulationBuilder(long seed) {
    this.seed = seed;
  }

  /** Loops of each node beside the quiet one; 2 unless said. */
  public SimulationBuilder loops(int count) {
    loops = count;
    return this;
  }

  /** The weather from the beginning on; calm unless said. */
  public SimulationBuilder weather(Weather from) {
    weather = from;
    return this;
  }

  /** How many of the last events are kept in words; 100 unless said. */
  public SimulationBuilder keepEvents(int count) {
    kept = count;
    return this;
  }

  /** Virtual time after which waiting code is taken for stuck; 10 minutes unless said. */
  public SimulationBuilder limit(Duration virtual) {
    limit = virtual;
    return this;
  }

  /** Told what happens to the links and loops of all nodes; nobody unless said. */
  public SimulationBuilder listener(FabricListener told) {
    listener = told;
    return this;
  }

  /** Ready to run. */
  public Simulation build() {
    return new Simulation(this);
  }
}
