package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.causal.crdt.DotOperation;
import io.sennit.causal.wire.CausalFrame;
import io.sennit.causal.wire.Element;
import io.sennit.causal.wire.MailOperation;
import io.sennit.causal.wire.OpRecord;
import io.sennit.causal.wire.StampedMessage;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames and records of groups, and the original's text. */
class CausalFuzzTest {
  private static final int MAX_OP = 1 << 20;

  static List<byte[]> frames() {
    return Corpus.of("causal-frame");
  }

  static List<byte[]> texts() {
    return Corpus.of("causal-text");
  }

  @MethodSource("frames")
  @FuzzTest
  void frame(byte[] bytes) {
    Invariants.stable(bytes, b -> CausalFrame.decode(b, MAX_OP), CausalFrame::encode);
    Invariants.stable(bytes, OpRecord::decode, OpRecord::bytes);
    Invariants.stable(bytes, DotOperation::decode, DotOperation::encode);
  }

  /** Text is read more leniently than it is written, so it is only read. */
  @MethodSource("texts")
  @FuzzTest
  void text(byte[] bytes) {
    Invariants.decode(bytes, StampedMessage::parse)
        .ifPresent(message -> Invariants.decode(message.payload().toBytes(), MailOperation::parse));
    Invariants.decode(bytes, MailOperation::parse);
    Invariants.decode(bytes, Element::parsePairs);
  }
}
