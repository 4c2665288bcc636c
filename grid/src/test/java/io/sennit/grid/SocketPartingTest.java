package io.sennit.grid;

import io.sennit.testkit.Leaks;
import org.junit.jupiter.api.extension.ExtendWith;

/** Partings on real sockets. */
@ExtendWith(Leaks.class)
class SocketPartingTest extends PartingScenarioTest {
  @Override
  Place place() {
    return new SocketPlace(null);
  }
}
