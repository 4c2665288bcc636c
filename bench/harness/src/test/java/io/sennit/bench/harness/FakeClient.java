package io.sennit.bench.harness;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A peer within the process, with one thread for an event loop; it can be told to be wrong. */
final class FakeClient implements PeerClient {
  private final ExecutorService loop =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final int extraBytes;

  FakeClient(int extraBytes) {
    this.extraBytes = extraBytes;
  }

  @Override
  public void callAsync(byte[] request, ReplyCallback callback) {
    loop.execute(() -> callback.onReply(reply(request)));
  }

  private byte[] reply(byte[] request) {
    return java.util.Arrays.copyOf(request, request.length + extraBytes);
  }

  @Override
  public void serverStream(int count, int size, StreamReceiver receiver) {
    loop.execute(
        () -> {
          byte[] item = Payloads.item(size);
          for (int i = 0; i < count; i++) {
            receiver.onItem(reply(item));
          }
          receiver.onEnd();
        });
  }

  @Override
  public void clientStream(int count, byte[] item, ReplyCallback outcome) {
    loop.execute(
        () ->
            outcome.onReply(
                Payloads.streamSummary(count, (long) count * (item.length + extraBytes))));
  }

  @Override
  public BidiStream bidi(StreamReceiver receiver) {
    return new BidiStream() {
      @Override
      public void send(byte[] item) {
        loop.execute(() -> receiver.onItem(reply(item)));
      }

      @Override
      public void finish() {
        loop.execute(receiver::onEnd);
      }
    };
  }

  @Override
  public void close() {
    loop.shutdownNow();
  }
}
