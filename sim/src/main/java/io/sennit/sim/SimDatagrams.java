package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The packet sockets of one process. */
final class SimDatagrams implements Datagrams {
  private static final int FIRST_FREE_PORT = 50_000;
  private static final int LONGEST = 65_507;

  private final Life life;
  private final TreeMap<Integer, SimSocket> sockets = new TreeMap<>();
  private int nextPort = FIRST_FREE_PORT;

  SimDatagrams(Life life) {
    this.life = life;
  }

  @Nullable SimSocket socket(int port) {
    return sockets.get(port);
  }

  @Override
  public void bind(
      Loop loop,
      Address at,
      int maxPacket,
      long maxQueuedBytes,
      Handler handler,
      Done<Socket> done) {
    var on = (SimLoop) loop;
    if (maxPacket < 1 || maxPacket > LONGEST) {
      var why = new ConfigException("maxPacket", String.valueOf(maxPacket), "1 to " + LONGEST);
      on.input(() -> done.failed(why));
      return;
    }
    if (life.isClosed()) {
      var why = new DisconnectedException("the fabric is closed", ErrorContext.peer(at.toString()));
      on.input(() -> done.failed(why));
      return;
    }
    int port = at.port() == 0 ? freePort() : at.port();
    if (sockets.containsKey(port)) {
      on.input(() -> done.failed(refused(at, "address already in use")));
      return;
    }
    boolean own =
        at.host().equals("0.0.0.0") || at.host().equals("::") || at.host().equals(life.name());
    if (!own && life.simulation().nameBook().machine(life, at.host()) != life.machine()) {
      on.input(() -> done.failed(refused(at, "cannot assign requested address")));
      return;
    }
    var socket = new SimSocket(life, on, at.withPort(port), maxPacket, maxQueuedBytes, handler);
    sockets.put(port, socket);
    on.input(() -> done.ok(socket));
  }

  private int freePort() {
    while (sockets.containsKey(nextPort)) {
      nextPort++;
    }
    return nextPort++;
  }

  private static ConfigException refused(Address at, String why) {
    return new ConfigException("bind", at.toString(), "an address that is free here (" + why + ")");
  }

  @Override
  public void interfaces(Loop loop, Done<List<Interface>> done) {
    var own = new Interface("eth0", Path.USUAL_MTU, false, List.of(life.machine().endpoint(0)));
    var lo = new Interface("lo", Path.LOOPBACK_MTU, true, List.of(Endpoint.v4(0x7f000001, 0)));
    ((SimLoop) loop).input(() -> done.ok(List.of(lo, own)));
  }

  void closed(SimSocket socket) {
    sockets.remove(socket.local().port(), socket);
  }

  void closeAll() {
    List.copyOf(sockets.values()).forEach(SimSocket::close);
  }
}
