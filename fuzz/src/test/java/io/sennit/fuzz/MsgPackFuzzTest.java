package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Any MessagePack: read through and through, it ends where skipping it ends. */
class MsgPackFuzzTest {
  static List<byte[]> corpus() {
    return Corpus.of("msgpack");
  }

  @MethodSource("corpus")
  @FuzzTest
  void msgpack(byte[] bytes) {
    var skipped = Invariants.decode(bytes, MsgPackFuzzTest::skip);
    var read = Invariants.decode(bytes, b -> copy(b, new MsgPackWriter()));
    if (read.isPresent() && !read.equals(skipped)) {
      throw new AssertionError("read to " + read + ", skipped to " + skipped);
    }
    Invariants.stable(bytes, MsgPackFuzzTest::copied, copy -> copy);
  }

  private static int skip(byte[] bytes) {
    var reader = new MsgPackReader(bytes);
    reader.skip("value");
    return reader.position();
  }

  private static byte[] copied(byte[] bytes) {
    var writer = new MsgPackWriter();
    copy(bytes, writer);
    return writer.toBytes();
  }

  private static int copy(byte[] bytes, MsgPackWriter to) {
    var reader = new MsgPackReader(bytes);
    copy(bytes, reader, to);
    return reader.position();
  }

  private static void copy(byte[] bytes, MsgPackReader from, MsgPackWriter to) {
    switch (from.nextType("value")) {
      case NIL -> {
        from.readNil("nil");
        to.writeNil();
      }
      case BOOL -> to.writeBool(from.readBool("bool"));
      case INT -> copyInt(bytes[from.position()], from, to);
      case FLOAT -> {
        if (bytes[from.position()] == (byte) 0xca) {
          to.writeFloat(from.readFloat("float"));
        } else {
          to.writeDouble(from.readDouble("double"));
        }
      }
      case STR -> to.writeString(from.readString("text"));
      case BIN -> to.writeBin(from.readBin("bytes"));
      case EXT -> {
        int length = from.readExtHeader("ext");
        to.writeExt(from.extType(), from.readRaw("ext", length));
      }
      case ARRAY -> {
        int count = from.readArrayHeader("list");
        to.writeArrayHeader(count);
        copyAll(bytes, count, from, to);
      }
      case MAP -> {
        int count = from.readMapHeader("map");
        to.writeMapHeader(count);
        copyAll(bytes, 2L * count, from, to);
      }
    }
  }

  private static void copyAll(byte[] bytes, long count, MsgPackReader from, MsgPackWriter to) {
    from.enter("inside");
    for (long i = 0; i < count; i++) {
      copy(bytes, from, to);
    }
    from.leave();
  }

  /** Signed and unsigned forms must agree wherever both apply. */
  private static void copyInt(byte tag, MsgPackReader from, MsgPackWriter to) {
    if (tag != (byte) 0xcf) {
      to.writeInt(from.readLong("number"));
      return;
    }
    int at = from.position();
    try {
      long signed = from.readLong("number");
      to.writeUnsigned(signed);
    } catch (ProtocolException e) {
      if (e.offset() != at) {
        throw e;
      }
      throw new ProtocolException("number", at, "above 63 bits");
    }
  }
}
