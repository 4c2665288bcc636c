package io.sennit.net;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Links.Listener;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open ports of a transport, each shared by the listeners of different paths. */
final class Ports {
  private final NetTransport net;
  private final Map<Address, Port> open = new ConcurrentHashMap<>();

  Ports(NetTransport net) {
    this.net = net;
  }

  /** Joins the port that is open there, or opens it. */
  void open(NetLoop loop, Address at, Port.Route route, Done<Listener> done) {
    var shared = open.get(at);
    if (shared != null) {
      try {
        if (shared.add(route)) {
          done.ok(listener(at, shared, route));
          return;
        }
      } catch (ConfigException e) {
        done.failed(e);
        return;
      }
    }
    net.names()
        .resolve(
            loop,
            at.toString(),
            false,
            Done.of(
                places -> bind(loop, at, NetNames.socket(places.getFirst()), route, done),
                done::failed));
  }

  private void bind(
      NetLoop loop, Address at, InetSocketAddress place, Port.Route route, Done<Listener> done) {
    var server = net.io().listening();
    var port = new Port(net, loop, server, route);
    server.pipeline().addLast(port);
    loop.register(server)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                done.failed(refused(at, registered.cause()));
                return;
              }
              server
                  .bind(place)
                  .addListener(
                      result -> {
                        if (!result.isSuccess()) {
                          server.close();
                          done.failed(refused(at, result.cause()));
                          return;
                        }
                        var real = at.withPort(server.localAddress().getPort());
                        open.put(real, port);
                        loop.lives(port);
                        done.ok(listener(real, port, route));
                      });
            });
  }

  private static ConfigException refused(Address at, Throwable cause) {
    return new ConfigException(
        "listen", at.toString(), "an address that is free here (" + Reasons.words(cause) + ")");
  }

  private Listener listener(Address at, Port port, Port.Route route) {
    return new Listener() {
      @Override
      public Address address() {
        return at;
      }

      @Override
      public long dropped() {
        return port.droppedSoFar();
      }

      @Override
      public void close() {
        if (port.remove(route)) {
          open.remove(at, port);
          port.close();
        }
      }
    };
  }
}
