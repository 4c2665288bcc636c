package io.sennit.bench.rsocket;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.sennit.bench.harness.Payloads;
import io.sennit.bench.harness.PeerServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The interactions of RSocket. */
final class RSocketEchoServer implements PeerServer {
  private final CloseableChannel channel =
      RSocketServer.create(SocketAcceptor.with(new Echo()))
          .payloadDecoder(PayloadDecoder.ZERO_COPY)
          .bindNow(
              TcpServerTransport.create(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));

  @Override
  public int port() {
    return channel.address().getPort();
  }

  @Override
  public void close() {
    channel.dispose();
  }

  private static final class Echo implements RSocket {
    @Override
    public Mono<Payload> requestResponse(Payload payload) {
      return Mono.just(Messages.of(Messages.take(payload)));
    }

    @Override
    public Flux<Payload> requestStream(Payload payload) {
      byte[] request = Messages.take(payload);
      byte[] item = Payloads.item(Payloads.requestedSize(request));
      return Flux.range(0, Payloads.requestedCount(request)).map(n -> Messages.of(item));
    }

    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
      return Flux.from(payloads)
          .map(Messages::take)
          .switchOnFirst(
              (first, items) -> {
                byte[] kind = first.get();
                if (kind == null) {
                  return Flux.error(new IllegalStateException("an empty channel"));
                }
                Flux<byte[]> rest = items.skip(1);
                return kind[0] == Messages.COUNT[0] ? summary(rest).flux() : rest.map(Messages::of);
              });
    }

    private static Mono<Payload> summary(Flux<byte[]> items) {
      return items
          .limitRate(Messages.DEMAND)
          .collect(
              () -> new long[2],
              (sums, item) -> {
                sums[0]++;
                sums[1] += item.length;
              })
          .map(sums -> Messages.of(Payloads.streamSummary(sums[0], sums[1])));
    }
  }
}
