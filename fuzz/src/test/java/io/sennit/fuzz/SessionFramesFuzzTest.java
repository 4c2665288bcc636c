package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.session.wire.SessionFrames;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames between the nodes of a session as any peer may write them. */
class SessionFramesFuzzTest {
  static List<byte[]> corpus() {
    return Corpus.of("session");
  }

  @MethodSource("corpus")
  @FuzzTest
  void frames(byte[] bytes) {
    Invariants.stable(bytes, SessionFrames::decode, SessionFrames::encode);
  }
}
