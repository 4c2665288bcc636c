package io.sennit.bench.sennit;

import io.sennit.bench.harness.Setup;
import io.sennit.core.Address;
import io.sennit.core.Within;
import io.sennit.core.spi.Peer;
import io.sennit.grid.Authenticator;
import io.sennit.grid.Manager;
import io.sennit.grid.ManagerBuilder;
import java.time.Duration;

/** What server and client share: ids, names, settings. */
final class Grid {
  static final int UNARY = 1;
  static final int SERVER_STREAM = 2;
  static final int CLIENT_STREAM = 3;
  static final int BIDI = 4;
  static final int STREAM_CAPACITY = 256;
  static final Within MINUTE = Within.within(Duration.ofMinutes(1));

  private static final Authenticator OPEN =
      new Authenticator() {
        @Override
        public String token(String remote) {
          return "bench";
        }

        @Override
        public void check(String token, Peer peer) {
          // a bench on loopback lets everyone in
        }
      };

  private Grid() {}

  static ManagerBuilder builder(Setup setup) {
    return Manager.builder()
        .auth(OPEN)
        .extensions(!setup.handler().equals(SennitPeer.ITEM_CREDIT))
        .listen(Address.of("127.0.0.1", 0));
  }

  /** Both sides need a host string of their own; the client's is only a name. */
  static String clientHost(int index) {
    return "http://client-" + index + ":1";
  }
}
