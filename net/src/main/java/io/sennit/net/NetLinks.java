package io.sennit.net;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Opening;

/** Dials and listens over TCP. */
final class NetLinks implements Links {
  private final NetTransport net;
  private final Ports ports;

  NetLinks(NetTransport net, NetLoop quiet) {
    this.net = net;
    this.ports = new Ports(net, quiet);
  }

  @Override
  public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
    var own = net.own(loop);
    var dial = new Dial(net, own, to, spec, handler);
    own.execute(dial::start);
    return dial.link();
  }

  @Override
  public void listen(Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
    var own = net.own(loop);
    if (spec.opening().orElse(null) instanceof Opening.Ask) {
      var why = new ConfigException("opening", "Ask", "an Answer, to listen with");
      own.execute(() -> done.failed(why));
      return;
    }
    var route = new ListeningPort.Route(spec, acceptor);
    own.execute(
        () -> {
          var over = own.over();
          if (over != null) {
            done.failed(over);
          } else if (spec.tls().isPresent()) {
            // the files are looked at now, so that a mistake shows where it was made
            net.certificates()
                .start(
                    () -> net.tls().context(spec.tls().get(), true),
                    own,
                    Done.of(_ -> ports.open(own, at, route, done), done::failed));
          } else {
            ports.open(own, at, route, done);
          }
        });
  }
}
