package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Peer;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The links of one process: its dials and its ports. */
final class SimLinks implements Links {
  private static final int FIRST_FREE_PORT = 40_000;

  private final Life life;
  private final TreeMap<Integer, SimPort> ports = new TreeMap<>();
  private int nextPort = FIRST_FREE_PORT;

  SimLinks(Life life) {
    this.life = life;
  }

  @Nullable SimPort port(int number) {
    return ports.get(number);
  }

  int freePort() {
    return nextPort++;
  }

  @Override
  public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
    var pipe = new SimPipe(life, (SimLoop) loop, spec, true, Peer.at(to));
    var opener = new DialerOpener(pipe, to);
    var link = pipe.link(spec);
    link.handledBy(handler);
    pipe.opener(opener);
    if (life.isClosed()) {
      pipe.reset("the fabric is closed");
    } else {
      new SimDial(pipe, opener, to).begin();
    }
    return link;
  }

  @Override
  public void listen(Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
    var on = (SimLoop) loop;
    var context = ErrorContext.peer(at.toString());
    if (life.isClosed()) {
      on.input(() -> done.failed(new DisconnectedException("the fabric is closed", context)));
      return;
    }
    int number = at.port() == 0 ? freePort() : at.port();
    var port = ports.computeIfAbsent(number, SimPort::new);
    var listener = new SimListener(this, port, at.withPort(number), spec, acceptor);
    if (port.takes(listener)) {
      on.input(() -> done.ok(listener));
    } else {
      on.input(
          () ->
              done.failed(
                  new ConfigException(
                      "listen",
                      at.toString(),
                      "an address that is free here (address already in use)")));
    }
  }

  void closed(SimPort port, SimListener listener) {
    port.remove(listener);
    if (port.isEmpty()) {
      ports.remove(port.number, port);
    }
  }

  void closeAll() {
    for (var port : List.copyOf(ports.values())) {
      port.closeAll();
    }
    ports.clear();
  }
}
