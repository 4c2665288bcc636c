package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The packet sockets of one process. */
final class SimDatagrams implements Datagrams {
  private static final int FIRST_FREE_PORT = 50_000;

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
    int port = at.port() == 0 ? nextPort++ : at.port();
    if (life.isClosed() || sockets.containsKey(port)) {
      String why = life.isClosed() ? "the fabric is closed" : "address already in use: " + at;
      on.input(() -> done.failed(new DisconnectedException(why, ErrorContext.peer(at.toString()))));
      return;
    }
    var socket = new SimSocket(life, on, at.withPort(port), maxPacket, maxQueuedBytes, handler);
    sockets.put(port, socket);
    on.input(() -> done.ok(socket));
  }

  void closed(SimSocket socket) {
    sockets.remove(socket.local().port(), socket);
  }

  void closeAll() {
    List.copyOf(sockets.values()).forEach(SimSocket::close);
  }
}
