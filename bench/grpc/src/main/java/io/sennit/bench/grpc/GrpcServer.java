package io.sennit.bench.grpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Payloads;
import io.sennit.bench.harness.PeerServer;
import io.sennit.bench.harness.Setup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The four kinds of gRPC method. */
final class GrpcServer implements PeerServer {
  private final Server server;

  GrpcServer(Setup setup) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(Bytes.LARGEST)
            .addService(service());
    switch (setup.handler()) {
      case Load.INLINE -> builder.directExecutor();
      case Load.VTHREAD -> builder.executor(Executors.newVirtualThreadPerTaskExecutor());
      case "default" -> {}
      default -> throw new IllegalArgumentException("no such handler: " + setup.handler());
    }
    server = builder.build().start();
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
  }

  private static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(Bytes.SERVICE)
        .addMethod(Bytes.UNARY, ServerCalls.asyncUnaryCall(GrpcServer::unary))
        .addMethod(Bytes.DOWN, ServerCalls.asyncServerStreamingCall(GrpcServer::down))
        .addMethod(Bytes.UP, ServerCalls.asyncClientStreamingCall(Upload::new))
        .addMethod(Bytes.BIDI, ServerCalls.asyncBidiStreamingCall(Echo::new))
        .build();
  }

  private static void unary(byte[] request, StreamObserver<byte[]> reply) {
    reply.onNext(request);
    reply.onCompleted();
  }

  private static void down(byte[] request, StreamObserver<byte[]> items) {
    ServerCallStreamObserver<byte[]> out = (ServerCallStreamObserver<byte[]>) items;
    Sender sender =
        new Sender(
            out, Payloads.requestedCount(request), Payloads.item(Payloads.requestedSize(request)));
    out.setOnReadyHandler(() -> sender.pump(out::isReady));
  }

  /** Counts; the summary is its answer. */
  private static final class Upload implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> reply;
    private long items;
    private long bytes;

    Upload(StreamObserver<byte[]> reply) {
      this.reply = reply;
    }

    @Override
    public void onNext(byte[] item) {
      items++;
      bytes += item.length;
    }

    @Override
    public void onError(Throwable failure) {
      items = 0; // the client is gone, and with it the one who asked
    }

    @Override
    public void onCompleted() {
      reply.onNext(Payloads.streamSummary(items, bytes));
      reply.onCompleted();
    }
  }

  /** Sends each item back. */
  private record Echo(StreamObserver<byte[]> out) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] item) {
      out.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
      // the client is gone; gRPC has closed the call
    }

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }
}
