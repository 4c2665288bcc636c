package io.sennit.grid;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.grid.wire.DialRule;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the original gets wrong, where virtual time shows it best: a test for each row, which says
 * what the original does. docs/grid.md lists how each was seen to fail. Here is what they share.
 */
@Timeout(60)
abstract class Weakness {
  SimPlace place = new SimPlace(Simulation.of(11));

  @AfterEach
  void end() {
    place.close();
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  /** A network that carries so many bytes a second in each direction. */
  void narrow(int bytesPerSecond) {
    place.close();
    place =
        new SimPlace(
            Simulation.builder(11)
                .weather(new Weather.Builder().latency(200, 0).bandwidth(bytesPerSecond).build())
                .build());
  }

  /** A host string that dials another. */
  static String dialerOf(String host) {
    for (int i = 0; ; i++) {
      var name = "http://other-" + i + ":1";
      if (DialRule.dials(name, host)) {
        return name;
      }
    }
  }

  Connection there() {
    return place.from(0, 1);
  }
}
