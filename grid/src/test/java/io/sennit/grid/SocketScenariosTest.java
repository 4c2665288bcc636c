package io.sennit.grid;

import io.sennit.testkit.Leaks;
import org.junit.jupiter.api.extension.ExtendWith;

/** The scenarios on plain sockets. */
@ExtendWith(Leaks.class)
class SocketScenariosTest extends ScenarioTest {
  @Override
  Place place() {
    return new SocketPlace(null);
  }
}
