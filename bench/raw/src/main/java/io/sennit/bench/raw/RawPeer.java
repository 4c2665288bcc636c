package io.sennit.bench.raw;

import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Peer;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.PeerServer;
import io.sennit.bench.harness.Setup;
import java.util.Set;

/**
 * The practical ceiling: Netty with the least there can be on top, one write and one flush for each
 * read batch. Both sides make each payload a {@code byte[]}, as a library must.
 */
public final class RawPeer implements Peer {
  @Override
  public String name() {
    return "raw-netty";
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
  public PeerServer serve(Setup setup) throws Exception {
    return new RawServer();
  }

  @Override
  public PeerClient connect(Setup setup, int port) throws Exception {
    return new RawClient(port);
  }
}
