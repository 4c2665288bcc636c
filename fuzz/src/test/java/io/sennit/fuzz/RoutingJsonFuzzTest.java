package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.session.OverlayAddress;
import io.sennit.session.wire.RoutingJson;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets, handshakes and addresses of the session as any peer may write them. */
class RoutingJsonFuzzTest {
  static List<byte[]> corpus() {
    return Corpus.of("routing");
  }

  @MethodSource("corpus")
  @FuzzTest
  void routing(byte[] bytes) {
    Invariants.stable(bytes, RoutingJson::decodePacket, RoutingJson::encode);
    Invariants.stable(bytes, RoutingJson::decodeHandshake, RoutingJson::encode);
    Invariants.stable(bytes, OverlayAddress::parseText, OverlayAddress::marshalText);
  }
}
