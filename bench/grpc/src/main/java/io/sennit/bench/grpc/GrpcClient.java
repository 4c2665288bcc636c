package io.sennit.bench.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.sennit.bench.harness.BidiStream;
import io.sennit.bench.harness.Payloads;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.ReplyCallback;
import io.sennit.bench.harness.Setup;
import io.sennit.bench.harness.StreamReceiver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's own stub calls: asynchronous ones for callbacks, the blocking one for blocking callers.
 */
final class GrpcClient implements PeerClient {
  private final ManagedChannel channel;

  GrpcClient(Setup setup, int port) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .usePlaintext()
            .maxInboundMessageSize(Bytes.LARGEST);
    if (!setup.handler().equals("default")) {
      builder.directExecutor(); // also beside virtual threads: those are the server's
    }
    channel = builder.build();
  }

  @Override
  public void callAsync(byte[] request, ReplyCallback callback) {
    ClientCalls.asyncUnaryCall(
        channel.newCall(Bytes.UNARY, CallOptions.DEFAULT), request, new OneReply(callback));
  }

  @Override
  public byte[] callBlocking(byte[] request) {
    return ClientCalls.blockingUnaryCall(channel, Bytes.UNARY, CallOptions.DEFAULT, request);
  }

  @Override
  public void serverStream(int count, int size, StreamReceiver receiver) {
    ClientCalls.asyncServerStreamingCall(
        channel.newCall(Bytes.DOWN, CallOptions.DEFAULT),
        Payloads.streamRequest(count, size),
        new Items(receiver));
  }

  @Override
  public void clientStream(int count, byte[] item, ReplyCallback outcome) {
    ClientCalls.asyncClientStreamingCall(
        channel.newCall(Bytes.UP, CallOptions.DEFAULT), new Upload(count, item, outcome));
  }

  @Override
  public BidiStream bidi(StreamReceiver receiver) {
    StreamObserver<byte[]> out =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(Bytes.BIDI, CallOptions.DEFAULT), new Items(receiver));
    return new BidiStream() {
      @Override
      public void send(byte[] item) {
        out.onNext(item);
      }

      @Override
      public void finish() {
        out.onCompleted();
      }
    };
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
  }

  /** One reply, handed on when the call has ended, as a blocking caller would have it. */
  private static class OneReply implements StreamObserver<byte[]> {
    private final ReplyCallback callback;
    private byte @Nullable [] reply;

    OneReply(ReplyCallback callback) {
      this.callback = callback;
    }

    @Override
    public void onNext(byte[] value) {
      reply = value;
    }

    @Override
    public void onError(Throwable failure) {
      callback.onError(failure);
    }

    @Override
    public void onCompleted() {
      byte[] value = reply;
      if (value == null) {
        callback.onError(new IllegalStateException("no reply"));
      } else {
        callback.onReply(value);
      }
    }
  }

  /** A client stream: sends when ready. */
  private static final class Upload extends OneReply
      implements ClientResponseObserver<byte[], byte[]> {
    private final int count;
    private final byte[] item;

    Upload(int count, byte[] item, ReplyCallback outcome) {
      super(outcome);
      this.count = count;
      this.item = item;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<byte[]> out) {
      Sender sender = new Sender(out, count, item);
      out.setOnReadyHandler(() -> sender.pump(out::isReady));
    }
  }

  /** Items by demand, asked for in large steps so that demand is not what limits. */
  private static final class Items implements ClientResponseObserver<byte[], byte[]> {
    private static final int DEMAND = 256;

    private final StreamReceiver receiver;
    private @Nullable ClientCallStreamObserver<byte[]> call;
    private int taken;

    Items(StreamReceiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<byte[]> out) {
      call = out;
      out.disableAutoRequestWithInitial(DEMAND);
    }

    @Override
    public void onNext(byte[] item) {
      receiver.onItem(item);
      taken++;
      ClientCallStreamObserver<byte[]> source = call;
      if (taken == DEMAND / 2 && source != null) {
        taken = 0;
        source.request(DEMAND / 2);
      }
    }

    @Override
    public void onError(Throwable failure) {
      receiver.onError(failure);
    }

    @Override
    public void onCompleted() {
      receiver.onEnd();
    }
  }
}
