package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sennit.core.ProtocolException;
import io.sennit.mesh.TransportData;
import io.sennit.mesh.wire.Envelope;
import io.sennit.mesh.wire.Frame;
import io.sennit.mesh.wire.FrameReader;
import io.sennit.mesh.wire.Gossip;
import io.sennit.mesh.wire.HelloPayload;
import io.sennit.mesh.wire.MapCodec;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireReader;
import io.sennit.mesh.wire.WireWriter;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Whatever the mesh decodes: a value that encodes to the same bytes, or a named error. */
class MeshFuzzTest {
  private static final TransportData DEFINITION =
      TransportData.define(
          TransportData.property("a", TransportData.Type.STRING),
          TransportData.property("b", TransportData.Type.UINT32_ARRAY));

  @FuzzTest(maxDuration = "10s")
  void decoders(byte[] bytes) {
    same(
        bytes,
        b -> {
          var out = new WireWriter(64);
          for (var frame : FrameReader.all(new WireReader(b))) {
            frame.write(out);
          }
          return known(b) ? out.toBytes() : b;
        });
    same(bytes, b -> Envelope.read(b).toBytes().length <= b.length + 64 ? b : new byte[0]);
    same(bytes, b -> Gossip.toBytes(Gossip.read(b)).length > 0 || b.length == 0 ? b : new byte[0]);
    same(bytes, b -> MapCodec.encode(MapCodec.decode(b)));
    same(bytes, b -> HelloPayload.read(b).toBytes().length == HelloPayload.SIZE ? b : new byte[0]);
    same(
        bytes,
        b -> {
          var in = new WireReader(b);
          var out = new WireWriter(64);
          Packet.read(in).write(out);
          return Arrays.equals(out.toBytes(), Arrays.copyOf(b, in.position())) ? b : new byte[0];
        });
    same(
        bytes,
        b -> {
          var instance = DEFINITION.instance();
          instance.unpack(b);
          return instance.pack().length <= b.length ? b : new byte[0];
        });
  }

  /** Frames of later versions are skipped, so they are not written again. */
  private static boolean known(byte[] bytes) {
    var in = new WireReader(bytes);
    List<Frame> all = FrameReader.all(in);
    var out = new WireWriter(64);
    all.forEach(frame -> frame.write(out));
    return out.length() == bytes.length;
  }

  private static void same(byte[] bytes, Function<byte[], byte[]> through) {
    byte[] back;
    try {
      back = through.apply(bytes);
    } catch (ProtocolException e) {
      if (e.field().isEmpty()) {
        throw new AssertionError("an error without a field", e);
      }
      return;
    }
    if (!Arrays.equals(back, bytes)) {
      throw new AssertionError("not the same bytes");
    }
  }
}
