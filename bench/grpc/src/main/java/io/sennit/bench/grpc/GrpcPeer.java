package io.sennit.bench.grpc;

import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Peer;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.PeerServer;
import io.sennit.bench.harness.Setup;
import java.util.Set;

/**
 * grpc-java on its shaded Netty. Handler {@code inline} is the direct executor on both sides,
 * {@code default} gRPC's own pool on both sides, {@code vthread} a virtual thread for each task of
 * the server with a direct client.
 */
public final class GrpcPeer implements Peer {
  @Override
  public String name() {
    return "grpc-java";
  }

  @Override
  public Set<String> works() {
    return Set.of(
        Load.UNARY,
        Load.SERVER_STREAM,
        Load.CLIENT_STREAM,
        Load.BIDI,
        Load.IDLE,
        Load.HOL,
        Load.HOL_ALONE);
  }

  @Override
  public Set<String> handlers() {
    return Set.of(Load.INLINE, Load.VTHREAD, "default");
  }

  @Override
  public PeerServer serve(Setup setup) throws Exception {
    return new GrpcServer(setup);
  }

  @Override
  public PeerClient connect(Setup setup, int port) {
    return new GrpcClient(setup, port);
  }
}
