package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.grid.wire.Pings;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies of pings, pongs and refusals. */
class PingsFuzzTest {
  static List<byte[]> corpus() {
    return Corpus.of("pings");
  }

  @MethodSource("corpus")
  @FuzzTest
  void pings(byte[] bytes) {
    Invariants.stable(bytes, Pings::pingTime, Pings::ping);
    Invariants.stable(bytes, Pings.Pong::decode, Pings.Pong::encode);
    Invariants.stable(bytes, Pings::refusalText, Pings::refusal);
  }
}
