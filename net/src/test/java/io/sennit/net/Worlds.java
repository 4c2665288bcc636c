package io.sennit.net;

import io.sennit.core.spi.SystemOptions;
import io.sennit.testkit.SocketWorld;
import io.sennit.testkit.World;
import java.util.Optional;

/** The worlds these tests run in. */
final class Worlds {
  private Worlds() {}

  static World epoll() {
    return new SocketWorld(new SystemOptions(2, Optional.empty(), true));
  }

  static World nio() {
    return new SocketWorld(new SystemOptions(2, Optional.empty(), false));
  }
}
