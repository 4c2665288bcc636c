package io.sennit.cli.demo;

import io.sennit.core.Address;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.Store;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A worker's fabric: the real machine, but links to other workers are dialed through the proxies
 * that stand between them. Nothing above it knows. Any thread may use it.
 */
final class Routes implements Fabric {
  private final Fabric machine;
  private final Map<Address, Address> through = new ConcurrentHashMap<>();
  private final Links links = new RoutedLinks();

  Routes(Fabric machine) {
    this.machine = machine;
  }

  /** Whoever dials an address from now on dials another. */
  void lead(Address to, Address over) {
    through.put(to, over);
  }

  private final class RoutedLinks implements Links {
    @Override
    public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
      return machine.links().dial(loop, through.getOrDefault(to, to), spec, handler);
    }

    @Override
    public void listen(
        Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
      machine.links().listen(loop, at, spec, acceptor, done);
    }
  }

  @Override
  public Loop loop() {
    return machine.loop();
  }

  @Override
  public Loop quietLoop() {
    return machine.quietLoop();
  }

  @Override
  public Links links() {
    return links;
  }

  @Override
  public Datagrams datagrams() {
    return machine.datagrams();
  }

  @Override
  public Names names() {
    return machine.names();
  }

  @Override
  public Runner runner() {
    return machine.runner();
  }

  @Override
  public void store(Loop owner, String name, Done<Store> done) {
    machine.store(owner, name, done);
  }

  @Override
  public Campaign campaign(Loop owner, String role, String me, Leadership leadership) {
    return machine.campaign(owner, role, me, leadership);
  }

  @Override
  public void close() {
    machine.close();
  }
}
