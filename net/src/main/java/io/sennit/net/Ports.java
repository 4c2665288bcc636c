package io.sennit.net;

import io.netty.channel.socket.ServerSocketChannel;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Links.Listener;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a transport, each shared by the listeners of different paths. Who asks for an
 * address that is just being bound, or just being closed, waits for that. What is where is known on
 * the quiet loop alone.
 */
final class Ports {
  private final NetTransport net;
  private final NetLoop quiet;
  private final Map<Address, Place> places = new HashMap<>(); // never iterated

  /** An address: being bound, open, or being closed. */
  private static final class Place {
    final List<Request> waiting = new ArrayList<>();
    @Nullable ListeningPort port;
  }

  private record Request(NetLoop loop, Address at, ListeningPort.Route route, Done<Listener> done) {
    void answer(Consumer<Done<Listener>> answer) {
      loop.execute(() -> answer.accept(done));
    }
  }

  Ports(NetTransport net, NetLoop quiet) {
    this.net = net;
    this.quiet = quiet;
  }

  /** Joins the port that is open there, or opens it. */
  void open(NetLoop loop, Address at, ListeningPort.Route route, Done<Listener> done) {
    var request = new Request(loop, at, route, done);
    quiet.execute(() -> open(request));
  }

  private void open(Request request) {
    var place = places.get(request.at());
    if (place == null) {
      var fresh = new Place();
      if (request.at().port() != 0) { // else the system chooses one that nobody has asked for
        places.put(request.at(), fresh);
      }
      request.loop().execute(() -> lookUp(fresh, request));
      return;
    }
    var port = place.port;
    try {
      if (port == null || !port.add(request.route())) {
        place.waiting.add(request);
      } else {
        var listener = new Open(request.at(), port, request.route());
        request.answer(done -> done.ok(listener));
      }
    } catch (ConfigException e) {
      request.answer(done -> done.failed(e));
    }
  }

  private void lookUp(Place place, Request request) {
    net.names()
        .resolve(
            request.loop(),
            request.at().toString(),
            false,
            Done.of(
                found -> bind(place, request, NetNames.socket(found.getFirst())),
                why -> failed(place, request, why)));
  }

  private void bind(Place place, Request request, InetSocketAddress where) {
    var loop = request.loop();
    ServerSocketChannel server;
    try {
      server = net.io().listening();
    } catch (RuntimeException e) {
      failed(place, request, Reasons.notOpened("listen", request.at(), e));
      return;
    }
    var port = new ListeningPort(net, loop, server, request.at(), request.route());
    server.pipeline().addLast(port);
    loop.register(server)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                server.unsafe().closeForcibly();
                failed(place, request, notOpened(request, registered.cause()));
                return;
              }
              server
                  .bind(where)
                  .addListener(
                      bound -> {
                        if (bound.isSuccess()) {
                          bound(place, request, server, port);
                        } else {
                          server.close();
                          failed(place, request, notOpened(request, bound.cause()));
                        }
                      });
            });
  }

  private static SennitException notOpened(Request request, Throwable cause) {
    return Reasons.notOpened("listen", request.at(), cause);
  }

  private void bound(Place place, Request request, ServerSocketChannel server, ListeningPort port) {
    var real = request.at().withPort(server.localAddress().getPort());
    port.bound(real);
    var loop = request.loop();
    server
        .closeFuture()
        .addListener(_ -> isFree(loop, () -> quiet.execute(() -> closed(place, real))));
    quiet.execute(
        () -> {
          place.port = port;
          places.put(real, place);
          var listener = new Open(real, port, request.route());
          request.answer(done -> done.ok(listener));
          again(place);
        });
  }

  /** NIO gives a closed port back to the kernel at its next select, so that is waited for. */
  private static void isFree(NetLoop loop, Runnable then) {
    try {
      // the listener is told as well if the loop ends before
      loop.events().schedule(() -> {}, 1, TimeUnit.MILLISECONDS).addListener(_ -> then.run());
    } catch (RejectedExecutionException _) {
      then.run();
    }
  }

  private void failed(Place place, Request request, SennitException why) {
    quiet.execute(
        () -> {
          places.remove(request.at(), place);
          request.answer(done -> done.failed(why));
          again(place);
        });
  }

  private void closed(Place place, Address real) {
    places.remove(real, place);
    again(place);
  }

  /** Those who waited for what has happened now. */
  private void again(Place place) {
    var waiting = List.copyOf(place.waiting);
    place.waiting.clear();
    waiting.forEach(this::open);
  }

  /** A listener that is open. */
  private record Open(Address address, ListeningPort port, ListeningPort.Route route)
      implements Listener {
    @Override
    public long dropped() {
      return port.droppedSoFar();
    }

    @Override
    public void close() {
      if (port.remove(route)) {
        port.close();
      }
    }
  }
}
