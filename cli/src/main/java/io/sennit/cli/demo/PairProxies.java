package io.sennit.cli.demo;

import io.sennit.core.Address;
import io.sennit.sim.proxy.Disturbance;
import io.sennit.sim.proxy.TcpProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy for each ordered pair of workers, through which the first dials the second. They stand in
 * the front's process, outside of those they disturb. Any thread may use it.
 */
final class PairProxies implements AutoCloseable {
  private record Pair(int from, int to) {}

  private final Map<Pair, TcpProxy> proxies = new ConcurrentHashMap<>();

  /** Where one worker dials another; what stood for the pair stands on, also at a new target. */
  Address between(int from, int to, Address target) {
    var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port());
    var proxy =
        proxies.computeIfAbsent(new Pair(from, to), pair -> TcpProxy.to(at, pair.hashCode()));
    proxy.moveTo(at);
    return Address.of(proxy.address().getAddress().getHostAddress(), proxy.address().getPort());
  }

  /** Nothing comes through between two sets, in both directions, while sockets stay open. */
  void cut(Collection<Integer> some, Collection<Integer> others) {
    for (var pair : proxies.entrySet()) {
      var from = pair.getKey().from();
      var to = pair.getKey().to();
      if (some.contains(from) && others.contains(to)
          || some.contains(to) && others.contains(from)) {
        pair.getValue().set(new Disturbance.BlackHole());
      }
    }
  }

  /** Everything between workers takes longer by this, each way. */
  void delay(Duration latency) {
    proxies.values().forEach(p -> p.set(new Disturbance.Latency(latency, Duration.ZERO)));
  }

  /** Ends every cut and delay. */
  void heal() {
    proxies.values().forEach(TcpProxy::heal);
  }

  /** How many there are. */
  int size() {
    return proxies.size();
  }

  @Override
  public void close() {
    proxies.values().forEach(TcpProxy::close);
  }
}
