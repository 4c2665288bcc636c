package io.sennit.cli.demo;

import io.sennit.core.Address;
import io.sennit.sim.BurstLoss;
import io.sennit.sim.Injected;
import io.sennit.sim.proxy.Disturbance;
import io.sennit.sim.proxy.TcpProxy;
import io.sennit.sim.proxy.UdpProxy;
import io.sennit.sim.proxy.Way;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Proxies for each ordered pair of workers: one for TCP, through which the first dials the second,
 * and one for UDP, which carries the packets of the first to the second. They stand in the front's
 * process, outside of those they disturb. Any thread may use it.
 */
final class PairProxies implements AutoCloseable {
  private record Pair(int from, int to) {}

  private record Between(TcpProxy links, UdpProxy packets) {}

  private final Map<Pair, Between> proxies = new ConcurrentHashMap<>();

  /**
   * The ways from one worker to another; what stood for the pair stands on, also when one of them
   * has come back at another port.
   */
  Way way(WorkerProcess from, WorkerProcess to) {
    var there = between(from, to);
    var back = between(to, from);
    return new Way(
        address(there.links().address()),
        address(there.packets().address()),
        address(back.packets().address()));
  }

  private Between between(WorkerProcess from, WorkerProcess to) {
    var source = socketAddress(from);
    var target = socketAddress(to);
    var between =
        proxies.computeIfAbsent(
            new Pair(from.index(), to.index()),
            pair ->
                new Between(
                    TcpProxy.to(target, pair.hashCode()),
                    UdpProxy.between(source, target, pair.hashCode())));
    between.links().moveTo(target);
    between.packets().moveTo(target);
    between.packets().moveFrom(source);
    return between;
  }

  private static InetSocketAddress socketAddress(WorkerProcess worker) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), worker.port());
  }

  private static Address address(InetSocketAddress proxy) {
    return Address.of(proxy.getAddress().getHostAddress(), proxy.getPort());
  }

  /**
   * Nothing comes through between two sets, in both directions: bytes wait while sockets stay open,
   * packets are lost.
   */
  void cut(Collection<Integer> some, Collection<Integer> others) {
    proxies.forEach(
        (pair, between) -> {
          if (some.contains(pair.from()) && others.contains(pair.to())
              || some.contains(pair.to()) && others.contains(pair.from())) {
            between.links().set(new Disturbance.BlackHole());
            between.packets().set(new Disturbance.BlackHole());
          }
        });
  }

  /** Everything between workers takes longer by this, each way. */
  void delay(Duration latency) {
    var later = new Disturbance.Latency(latency, Duration.ZERO);
    proxies
        .values()
        .forEach(
            between -> {
              between.links().set(later);
              between.packets().set(later);
            });
  }

  /** This share of the packets between workers is lost, each way. */
  void lose(double share) {
    onPackets(proxy -> proxy.set(new Disturbance.Loss(share)));
  }

  /** Packets between workers are lost in bursts, each way by itself. */
  void lose(BurstLoss bursts) {
    onPackets(proxy -> proxy.set(new Disturbance.Burst(bursts)));
  }

  private void onPackets(Consumer<UdpProxy> what) {
    proxies.values().forEach(between -> what.accept(between.packets()));
  }

  /** Ends every cut, delay and loss. */
  void heal() {
    proxies
        .values()
        .forEach(
            between -> {
              between.links().heal();
              between.packets().heal();
            });
  }

  /** What all of them did so far. */
  Injected injected() {
    var sum = new Injected();
    for (var between : proxies.values()) {
      sum.plus(between.links().injected()).plus(between.packets().injected());
    }
    return sum;
  }

  /** How many ordered pairs there are. */
  int size() {
    return proxies.size();
  }

  @Override
  public void close() {
    proxies
        .values()
        .forEach(
            between -> {
              between.links().close();
              between.packets().close();
            });
  }
}
