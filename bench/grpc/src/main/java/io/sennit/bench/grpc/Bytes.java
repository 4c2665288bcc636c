package io.sennit.bench.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Messages are arrays as they are. */
final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
  static final MethodDescriptor<byte[], byte[]> UNARY =
      method("unary", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> DOWN =
      method("down", MethodDescriptor.MethodType.SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> UP =
      method("up", MethodDescriptor.MethodType.CLIENT_STREAMING);
  static final MethodDescriptor<byte[], byte[]> BIDI =
      method("bidi", MethodDescriptor.MethodType.BIDI_STREAMING);

  static final String SERVICE = "bench.Echo";
  static final int LARGEST = 128 << 20;

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    Bytes marshaller = new Bytes();
    return MethodDescriptor.<byte[], byte[]>newBuilder(marshaller, marshaller)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .build();
  }

  @Override
  public InputStream stream(byte[] value) {
    return new Sized(value);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      if (!(stream instanceof KnownLength)) {
        return stream.readAllBytes();
      }
      byte[] bytes = new byte[stream.available()];
      int read = stream.readNBytes(bytes, 0, bytes.length);
      if (read != bytes.length) {
        throw new IOException(read + " bytes of " + bytes.length);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Its length is known, so gRPC sizes its buffers at once; and it writes itself, as protobuf's
   * streams do, which saves gRPC a copy through an array of 8 KiB.
   */
  private static final class Sized extends ByteArrayInputStream implements KnownLength, Drainable {
    Sized(byte[] bytes) {
      super(bytes);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int left = available();
      transferTo(target);
      return left;
    }
  }
}
