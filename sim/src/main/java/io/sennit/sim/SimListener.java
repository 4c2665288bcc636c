package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;

/** One who listens at a port. */
final class SimListener implements Links.Listener {
  private final SimLinks links;
  private final SimPort port;
  private final Address address;
  private final LinkSpec spec;
  private final Links.Acceptor acceptor;
  private boolean closed;

  SimListener(
      SimLinks links, SimPort port, Address address, LinkSpec spec, Links.Acceptor acceptor) {
    this.links = links;
    this.port = port;
    this.address = address;
    this.spec = spec;
    this.acceptor = acceptor;
  }

  LinkSpec spec() {
    return spec;
  }

  Links.Acceptor acceptor() {
    return acceptor;
  }

  SimLoop place() {
    return (SimLoop) acceptor.place();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      links.closed(port, this);
    }
  }
}
