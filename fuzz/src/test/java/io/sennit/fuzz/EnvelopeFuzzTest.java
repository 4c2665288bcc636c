package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.grid.wire.Message;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** One message of the grid, with and without checksum. */
class EnvelopeFuzzTest {
  static List<byte[]> corpus() {
    return Corpus.of("envelope");
  }

  @MethodSource("corpus")
  @FuzzTest
  void envelope(byte[] bytes) {
    var message = Invariants.decode(bytes, Message::decode);
    // ops are numbers below 128, and no others are ever written; reading takes them all
    if (message.isPresent() && message.get().op() < 0x80) {
      Invariants.stable(bytes, Message::decode, m -> m.encode(false));
      Invariants.stable(bytes, Message::decode, m -> m.encode(true));
    }
  }
}
