package io.sennit.grid;

import io.sennit.testkit.Leaks;
import org.junit.jupiter.api.extension.ExtendWith;

/** Unlisted peers on real sockets. */
@ExtendWith(Leaks.class)
class SocketLearnedTest extends LearnedScenarioTest {
  @Override
  Place place() {
    return new SocketPlace(null);
  }
}
