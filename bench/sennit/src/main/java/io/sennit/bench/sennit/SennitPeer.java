package io.sennit.bench.sennit;

import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Peer;
import io.sennit.bench.harness.PeerClient;
import io.sennit.bench.harness.PeerServer;
import io.sennit.bench.harness.Setup;
import java.util.Set;

/**
 * Sennit's grid. Handlers: {@code inline} on the loop, {@code vthread} on a virtual thread each,
 * {@code item-credit}, inline with the extensions off, as an original peer speaks, and {@code
 * blocking}, streams with a virtual thread at either end.
 */
public final class SennitPeer implements Peer {
  static final String ITEM_CREDIT = "item-credit";
  static final String BLOCKING = "blocking";

  @Override
  public String name() {
    return "sennit";
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
        Load.HOL_ALONE,
        Load.HOL_MESSAGE);
  }

  @Override
  public Set<String> handlers() {
    return Set.of(Load.INLINE, Load.VTHREAD, ITEM_CREDIT, BLOCKING);
  }

  @Override
  public PeerServer serve(Setup setup) {
    return new SennitServer(setup);
  }

  @Override
  public PeerClient connect(Setup setup, int port) {
    return new SennitClient(setup, port);
  }
}
