package io.sennit.sim.proxy;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Packets to a peer are sent to the proxy on the way to it, those that come from a proxy are given
 * as from the peer behind it. The ways may be changed on any thread.
 */
final class RoutedDatagrams implements Datagrams {
  private final Datagrams machine;
  private final Map<Endpoint, Endpoint> towards = new ConcurrentHashMap<>();
  private final Map<Endpoint, Endpoint> behind = new ConcurrentHashMap<>();

  RoutedDatagrams(Datagrams machine) {
    this.machine = machine;
  }

  /** Leads packets to and from a peer; what went this way before goes it no more. */
  void lead(Address to, Way way) {
    var peer = endpoint(to);
    var proxy = endpoint(way.packets());
    towards.values().removeIf(proxy::equals);
    towards.put(peer, proxy);
    behind.put(endpoint(way.packetsBack()), peer);
  }

  private static Endpoint endpoint(Address numeric) {
    return Endpoint.of(InetAddress.ofLiteral(numeric.host()).getAddress(), numeric.port());
  }

  private Endpoint over(Endpoint to) {
    return towards.getOrDefault(to, to);
  }

  @Override
  public void bind(
      Loop loop,
      Address at,
      int maxPacket,
      long maxQueuedBytes,
      Handler handler,
      Done<Socket> done) {
    machine.bind(
        loop,
        at,
        maxPacket,
        maxQueuedBytes,
        new RoutedHandler(handler),
        Done.of(socket -> done.ok(new RoutedSocket(socket)), done::failed));
  }

  @Override
  public void interfaces(Loop loop, Done<List<Interface>> done) {
    machine.interfaces(loop, done);
  }

  private final class RoutedHandler implements Handler {
    private final Handler handler;

    RoutedHandler(Handler handler) {
      this.handler = handler;
    }

    @Override
    public void packet(Endpoint from, ByteBuf packet) {
      handler.packet(behind.getOrDefault(from, from), packet);
    }

    @Override
    public void batchEnd() {
      handler.batchEnd();
    }

    @Override
    public void tooLong(Endpoint to, int bytes, int fits) {
      handler.tooLong(beyond(to), bytes, fits);
    }

    @Override
    public void failed(SennitException why) {
      handler.failed(why);
    }
  }

  /** Whom a packet was for that was sent to a proxy. */
  private Endpoint beyond(Endpoint proxy) {
    return towards.entrySet().stream()
        .filter(route -> route.getValue().equals(proxy))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(proxy);
  }

  private final class RoutedSocket implements Socket {
    private final Socket socket;

    RoutedSocket(Socket socket) {
      this.socket = socket;
    }

    @Override
    public Address local() {
      return socket.local();
    }

    @Override
    public Optional<Endpoint> localToward(Endpoint peer) {
      return socket.localToward(over(peer));
    }

    @Override
    public int receiveBuffer() {
      return socket.receiveBuffer();
    }

    @Override
    public ByteBuf packet() {
      return socket.packet();
    }

    @Override
    public boolean send(Endpoint to, ByteBuf packet) {
      return socket.send(over(to), packet);
    }

    @Override
    public Stats stats() {
      return socket.stats();
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
