package io.sennit.grid;

import io.sennit.testkit.Leaks;
import org.junit.jupiter.api.extension.ExtendWith;

/** Doors on real sockets. */
@ExtendWith(Leaks.class)
class SocketDoorsTest extends DoorScenarioTest {
  @Override
  Place place() {
    return new SocketPlace(null);
  }
}
