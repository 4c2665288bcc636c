package io.sennit.grid;

import io.sennit.testkit.Leaks;
import org.junit.jupiter.api.extension.ExtendWith;

/** Guests on plain sockets. */
@ExtendWith(Leaks.class)
class SocketGuestsTest extends GuestScenarioTest {
  @Override
  Place place() {
    return new SocketPlace(null);
  }
}
