package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.grid.wire.Envelope;
import io.sennit.grid.wire.MergedReader;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Op;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Several messages in one. */
class MergedFuzzTest {
  static List<byte[]> corpus() {
    return Corpus.of("merged");
  }

  @MethodSource("corpus")
  @FuzzTest
  void merged(byte[] bytes) {
    var list = Invariants.decode(bytes, MergedFuzzTest::read).orElse(List.of());
    int sum = 0;
    for (var message : list) {
      sum += message.payload().length;
      if (message.op() >= 0x80) {
        continue; // read, but never written
      }
      Invariants.stable(message.encode(true), Message::decode, m -> m.encode(true));
    }
    if (sum > bytes.length) {
      throw new AssertionError(sum + " bytes of payload in " + bytes.length);
    }
  }

  private static List<Message> read(byte[] bytes) {
    var outer = new Envelope();
    outer.parse(bytes, 0, bytes.length);
    var list = new ArrayList<Message>();
    if (outer.op() == Op.MERGED.code()) {
      var reader = new MergedReader();
      reader.start(outer);
      var inner = new Envelope();
      while (reader.next(inner)) {
        list.add(inner.toMessage());
      }
    }
    return list;
  }
}
