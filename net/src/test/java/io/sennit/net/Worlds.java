package io.sennit.net;

import io.sennit.core.spi.SystemOptions;
import io.sennit.testkit.SocketWorld;
import io.sennit.testkit.World;

/** The worlds these tests run in. */
final class Worlds {
  private Worlds() {}

  static World epoll() {
    return new SocketWorld(SystemOptions.defaults().withLoops(2));
  }

  static World nio() {
    return new SocketWorld(SystemOptions.defaults().withLoops(2).withNativeTransport(false));
  }
}
