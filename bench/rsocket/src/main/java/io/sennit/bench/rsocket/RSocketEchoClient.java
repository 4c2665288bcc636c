package io.sennit.bench.rsocket;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.sennit.bench.harness.BidiStream;
import io.sennit.bench.harness.Payloads;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.ReplyCallback;
import io.sennit.bench.harness.StreamReceiver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** One connection; blocking callers use the harness's own wait over the asynchronous call. */
final class RSocketEchoClient implements PeerClient {
  // the answer to an item may be there before the thread that sent it has left the sink
  private static final Sinks.EmitFailureHandler ONE_AFTER_THE_OTHER =
      (signal, result) -> result == Sinks.EmitResult.FAIL_NON_SERIALIZED;

  private final RSocket socket;

  RSocketEchoClient(int port) {
    RSocket connected =
        RSocketConnector.create()
            .payloadDecoder(PayloadDecoder.ZERO_COPY)
            .connect(
                TcpClientTransport.create(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
            .block(Duration.ofSeconds(10));
    if (connected == null) {
      throw new IllegalStateException("not connected");
    }
    socket = connected;
  }

  @Override
  public void callAsync(byte[] request, ReplyCallback callback) {
    socket.requestResponse(Messages.of(request)).subscribe(new OneReply(callback));
  }

  @Override
  public void serverStream(int count, int size, StreamReceiver receiver) {
    socket
        .requestStream(Messages.of(Payloads.streamRequest(count, size)))
        .subscribe(new Items(receiver));
  }

  @Override
  public void clientStream(int count, byte[] item, ReplyCallback outcome) {
    Flux<Payload> items =
        Flux.range(0, count + 1).map(n -> Messages.of(n == 0 ? Messages.COUNT : item));
    socket.requestChannel(items).subscribe(new OneReply(outcome));
  }

  @Override
  public BidiStream bidi(StreamReceiver receiver) {
    Sinks.Many<Payload> sink = Sinks.many().unicast().onBackpressureBuffer();
    sink.emitNext(Messages.of(Messages.ECHO), ONE_AFTER_THE_OTHER);
    socket.requestChannel(sink.asFlux()).subscribe(new Items(receiver));
    return new BidiStream() {
      @Override
      public void send(byte[] item) {
        sink.emitNext(Messages.of(item), ONE_AFTER_THE_OTHER);
      }

      @Override
      public void finish() {
        sink.emitComplete(ONE_AFTER_THE_OTHER);
      }
    };
  }

  @Override
  public void close() {
    socket.dispose();
  }

  private static final class OneReply implements CoreSubscriber<Payload> {
    private final ReplyCallback callback;

    OneReply(ReplyCallback callback) {
      this.callback = callback;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Payload payload) {
      callback.onReply(Messages.take(payload));
    }

    @Override
    public void onError(Throwable failure) {
      callback.onError(failure);
    }

    @Override
    public void onComplete() {
      // the reply has been handed on
    }
  }

  private static final class Items implements CoreSubscriber<Payload> {
    private final StreamReceiver receiver;
    private @Nullable Subscription source;
    private int taken;

    Items(StreamReceiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      source = subscription;
      subscription.request(Messages.DEMAND);
    }

    @Override
    public void onNext(Payload payload) {
      receiver.onItem(Messages.take(payload));
      taken++;
      Subscription from = source;
      if (taken == Messages.DEMAND / 2 && from != null) {
        taken = 0;
        from.request(Messages.DEMAND / 2);
      }
    }

    @Override
    public void onError(Throwable failure) {
      receiver.onError(failure);
    }

    @Override
    public void onComplete() {
      receiver.onEnd();
    }
  }
}
