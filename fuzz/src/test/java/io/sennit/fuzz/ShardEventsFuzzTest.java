package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.core.ProtocolException;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventRegistry;
import io.sennit.shards.wire.EventType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Events of shards: the first byte is the number, the rest the body. */
class ShardEventsFuzzTest {
  private static final EventRegistry EVENTS = new EventRegistry();

  static List<byte[]> corpus() {
    return Corpus.of("shard-events");
  }

  @MethodSource("corpus")
  @FuzzTest
  void events(byte[] bytes) {
    Invariants.stable(bytes, ShardEventsFuzzTest::canonical, ByteBuffer::array);
  }

  /** The event as this side would send it. */
  private static ByteBuffer canonical(byte[] bytes) {
    if (bytes.length == 0) {
      throw new ProtocolException("event", 0, "no number");
    }
    var type = new EventType(bytes[0] & 0xff);
    var read = EventRegistry.read(type, Arrays.copyOfRange(bytes, 1, bytes.length));
    var body =
        switch (read) {
          case EventMessage.Raw raw -> raw.rawBody();
          case EventMessage.Decoded decoded -> EVENTS.encodeBody(type, decoded.decodedBody());
          case EventMessage.Bare _ -> new byte[0];
        };
    var all = ByteBuffer.allocate(1 + body.length);
    return all.put(bytes[0]).put(body).flip();
  }
}
