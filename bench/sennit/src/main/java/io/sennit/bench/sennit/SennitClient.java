package io.sennit.bench.sennit;

import io.sennit.bench.harness.BidiStream;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.ReplyCallback;
import io.sennit.bench.harness.Setup;
import io.sennit.bench.harness.StreamReceiver;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.grid.Connection;
import io.sennit.grid.GridStream;
import io.sennit.grid.Manager;
import io.sennit.grid.Payload;
import io.sennit.grid.Reply;
import io.sennit.grid.wire.DialRule;
import java.util.concurrent.atomic.AtomicInteger;

/** The calling side: one manager, one connection. */
final class SennitClient implements PeerClient {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Manager manager;
  private final Connection peer;

  SennitClient(Setup setup, int port) {
    var host = "http://" + Address.of("127.0.0.1", port);
    String name;
    do {
      name = Grid.clientHost(NAMES.getAndIncrement());
    } while (!DialRule.dials(name, host));
    manager = Grid.builder(setup).local(name).start();
    manager.registerStreaming(
        Grid.SERVER_STREAM, 0, Grid.STREAM_CAPACITY, (first, in, out, caller) -> {});
    manager.registerStreaming(
        Grid.CLIENT_STREAM, Grid.STREAM_CAPACITY, 1, (first, in, out, caller) -> {});
    manager.registerStreaming(
        Grid.BIDI, Grid.STREAM_CAPACITY, Grid.STREAM_CAPACITY, (first, in, out, caller) -> {});
    peer = manager.add(host);
    peer.waitForConnect(Grid.MINUTE);
  }

  @Override
  public void callAsync(byte[] request, ReplyCallback callback) {
    // One adapter object a call is the bench's own; a user passes a Reply of his own.
    peer.call(Grid.UNARY, request, Grid.MINUTE, new Adapter(callback));
  }

  private record Adapter(ReplyCallback callback) implements Reply {
    @Override
    public void ok(byte[] answer) {
      callback.onReply(answer);
    }

    @Override
    public void failed(SennitException why) {
      callback.onError(why);
    }
  }

  @Override
  public byte[] callBlocking(byte[] request) {
    return peer.call(Grid.UNARY, request, Grid.MINUTE);
  }

  @Override
  public void serverStream(int count, int size, StreamReceiver receiver) {
    var request = io.sennit.bench.harness.Payloads.streamRequest(count, size);
    Thread.ofVirtual().start(() -> receive(() -> peer.open(Grid.SERVER_STREAM, request), receiver));
  }

  @Override
  public void clientStream(int count, byte[] item, ReplyCallback outcome) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (var stream = peer.open(Grid.CLIENT_STREAM, Payload.ABSENT)) {
                for (int i = 0; i < count; i++) {
                  stream.send(item);
                }
                stream.endInput();
                outcome.onReply(stream.receive().orElseThrow());
              } catch (RuntimeException e) {
                outcome.onError(e);
              }
            });
  }

  @Override
  public BidiStream bidi(StreamReceiver receiver) {
    var stream = peer.open(Grid.BIDI, Payload.ABSENT);
    Thread.ofVirtual().start(() -> receive(() -> stream, receiver));
    return new BidiStream() {
      @Override
      public void send(byte[] item) {
        stream.send(item);
      }

      @Override
      public void finish() {
        stream.endInput();
      }
    };
  }

  private static void receive(
      java.util.function.Supplier<GridStream> open, StreamReceiver receiver) {
    try (var stream = open.get()) {
      for (var item : stream) {
        receiver.onItem(item);
      }
      receiver.onEnd();
    } catch (RuntimeException e) {
      receiver.onError(e);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
