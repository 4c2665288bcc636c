package io.sennit.grid;

import io.sennit.sim.Simulation;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Where two nodes stream to each other, and with which kind of credit. */
enum Where {
  SIMULATED,
  SIMULATED_ITEM_CREDIT,
  SOCKETS;

  private Place place() {
    return this == SOCKETS ? new SocketPlace(null) : new SimPlace(Simulation.of(7));
  }

  private UnaryOperator<ManagerBuilder> taste() {
    return builder -> builder.extensions(this != SIMULATED_ITEM_CREDIT);
  }

  /** Plays a scenario there, after which nothing may be left. */
  void play(Consumer<Place> scenario) {
    try (var place = place()) {
      place.run(
          () -> {
            place.mesh(2, taste());
            scenario.accept(place);
            place.awaitEmpty();
          });
    }
  }
}
