package io.sennit.bench.raw;

import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Peer;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.PeerServer;
import io.sennit.bench.harness.Setup;
import java.io.IOException;
import java.util.Set;

/** The latency floor: ping-pong of two threads over blocking sockets, one system call each way. */
public final class SocketPeer implements Peer {
  @Override
  public String name() {
    return "blocking-socket";
  }

  @Override
  public Set<String> works() {
    return Set.of(Load.UNARY);
  }

  @Override
  public Set<String> callers() {
    return Set.of(Load.PLATFORM);
  }

  @Override
  public Set<String> handlers() {
    return Set.of(Load.INLINE);
  }

  @Override
  public PeerServer serve(Setup setup) throws IOException {
    return new SocketServer();
  }

  @Override
  public PeerClient connect(Setup setup, int port) throws IOException {
    return new SocketClient(port);
  }
}
