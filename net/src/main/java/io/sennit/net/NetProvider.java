package io.sennit.net;

import io.sennit.core.spi.SystemOptions;
import io.sennit.core.spi.TransportProvider;

/** Makes the transport over real sockets. */
public final class NetProvider implements TransportProvider {
  /** For {@link java.util.ServiceLoader}. */
  public NetProvider() {}

  @Override
  public Transport open(SystemOptions options) {
    return new NetTransport(options);
  }
}
