package io.sennit.bench.grpc;

import io.grpc.stub.StreamObserver;
import java.util.function.BooleanSupplier;

/** Sends the same item many times, whenever gRPC says that it is ready. */
final class Sender {
  private final StreamObserver<byte[]> out;
  private final byte[] item;
  private int left;
  private boolean ended;

  Sender(StreamObserver<byte[]> out, int count, byte[] item) {
    this.out = out;
    this.left = count;
    this.item = item;
  }

  void pump(BooleanSupplier ready) {
    while (left > 0 && ready.getAsBoolean()) {
      left--;
      out.onNext(item);
    }
    if (left == 0 && !ended) {
      ended = true;
      out.onCompleted();
    }
  }
}
