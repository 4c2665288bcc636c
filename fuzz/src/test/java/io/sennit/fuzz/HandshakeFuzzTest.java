package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.ConnectResponse;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stranger may say first. */
class HandshakeFuzzTest {
  /** A body this much below the limit cannot grow over it by the keys that encoding adds. */
  private static final int ROOM = 256;

  static List<byte[]> corpus() {
    return Corpus.of("handshake");
  }

  @MethodSource("corpus")
  @FuzzTest
  void handshake(byte[] bytes) {
    if (bytes.length > ConnectRequest.MAX_BYTES - ROOM) {
      Invariants.decode(bytes, ConnectRequest::decode);
      Invariants.decode(bytes, ConnectResponse::decode);
      return;
    }
    Invariants.stable(bytes, ConnectRequest::decode, ConnectRequest::encode);
    Invariants.stable(bytes, ConnectResponse::decode, ConnectResponse::encode);
  }
}
