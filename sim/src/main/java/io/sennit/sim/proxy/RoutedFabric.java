package io.sennit.sim.proxy;

import io.sennit.core.Address;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.ForwardingFabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fabric of a process whose links and packets to some peers go through proxies; packets that
 * come through them seem to come from the peers that sent them. Nothing above it knows. Any thread
 * may use it.
 */
public final class RoutedFabric extends ForwardingFabric {
  private final Map<Address, Address> through = new ConcurrentHashMap<>();
  private final Links links = new RoutedLinks();
  private final RoutedDatagrams datagrams;

  /** Goes no other way until it is led. */
  public RoutedFabric(Fabric machine) {
    super(machine);
    datagrams = new RoutedDatagrams(machine.datagrams());
  }

  /**
   * Whoever dials or sends to an address from now on goes this way; what went it before, to the
   * address of an earlier life, goes it no more.
   */
  public void lead(Address to, Way way) {
    through.values().removeIf(way.links()::equals);
    through.put(to, way.links());
    datagrams.lead(to, way);
  }

  private final class RoutedLinks implements Links {
    @Override
    public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
      return inner().links().dial(loop, through.getOrDefault(to, to), spec, handler);
    }

    @Override
    public void listen(
        Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
      inner().links().listen(loop, at, spec, acceptor, done);
    }
  }

  @Override
  public Links links() {
    return links;
  }

  @Override
  public Datagrams datagrams() {
    return datagrams;
  }
}
