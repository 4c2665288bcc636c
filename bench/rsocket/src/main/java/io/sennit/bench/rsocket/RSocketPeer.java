package io.sennit.bench.rsocket;

import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Peer;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.PeerServer;
import io.sennit.bench.harness.Setup;
import java.util.Set;

/** RSocket over TCP with its zero-copy decoder; handlers run where its event loop is. */
public final class RSocketPeer implements Peer {
  @Override
  public String name() {
    return "rsocket-java";
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
    return Set.of(Load.INLINE);
  }

  @Override
  public PeerServer serve(Setup setup) {
    return new RSocketEchoServer();
  }

  @Override
  public PeerClient connect(Setup setup, int port) {
    return new RSocketEchoClient(port);
  }
}
