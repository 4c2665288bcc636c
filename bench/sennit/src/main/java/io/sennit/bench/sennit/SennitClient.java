package io.sennit.bench.sennit;

import io.sennit.bench.harness.BidiStream;
import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Payloads;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The calling side: one manager, one connection. */
final class SennitClient implements PeerClient {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Manager manager;
  private final Connection peer;
  private final boolean threads;

  SennitClient(Setup setup, int port) {
    threads = setup.handler().equals(Load.VTHREAD) || setup.handler().equals(SennitPeer.BLOCKING);
    var host = "http://" + Address.of("127.0.0.1", port);
    String name;
    do {
      name = Grid.clientHost(NAMES.getAndIncrement());
    } while (!DialRule.dials(name, host));
    manager = Grid.builder(setup).local(name).start();
    // what a stream's capacities come from
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
    var request = Payloads.streamRequest(count, size);
    if (threads) {
      Thread.ofVirtual()
          .start(() -> receive(() -> peer.open(Grid.SERVER_STREAM, request), receiver));
      return;
    }
    var end = peer.openInline(Grid.SERVER_STREAM, request, Grid.MINUTE, out -> receiver::onItem);
    report(end, receiver);
  }

  private static void report(CompletableFuture<Void> end, StreamReceiver receiver) {
    end.whenComplete(
        (ok, why) -> {
          if (why == null) {
            receiver.onEnd();
          } else {
            receiver.onError(why);
          }
        });
  }

  @Override
  public void clientStream(int count, byte[] item, ReplyCallback outcome) {
    if (threads) {
      Thread.ofVirtual().start(() -> send(count, item, outcome));
      return;
    }
    var end =
        peer.openInline(
            Grid.CLIENT_STREAM,
            Payload.ABSENT,
            Grid.MINUTE,
            out ->
                new Pump(out, count, item) {
                  @Override
                  public void item(byte[] summary) {
                    outcome.onReply(summary);
                  }
                });
    end.exceptionally(
        why -> {
          outcome.onError(why);
          return null;
        });
  }

  private void send(int count, byte[] item, ReplyCallback outcome) {
    try (var stream = peer.open(Grid.CLIENT_STREAM, Payload.ABSENT)) {
      for (int i = 0; i < count; i++) {
        stream.send(item);
      }
      stream.endInput();
      outcome.onReply(stream.receive().orElseThrow());
    } catch (RuntimeException e) {
      outcome.onError(e);
    }
  }

  @Override
  public BidiStream bidi(StreamReceiver receiver) {
    return threads ? blocking(receiver) : inline(receiver);
  }

  private BidiStream blocking(StreamReceiver receiver) {
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

  private BidiStream inline(StreamReceiver receiver) {
    var stream = new InlineBidi(receiver);
    report(peer.openInline(Grid.BIDI, Payload.ABSENT, Grid.MINUTE, stream::begin), receiver);
    return stream;
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
