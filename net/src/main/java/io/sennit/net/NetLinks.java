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

  NetLinks(NetTransport net) {
    this.net = net;
    this.ports = new Ports(net);
  }

  @Override
  public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
    var own = net.own(loop);
    var dial = new Dial(net, own, to, spec, handler);
    own.soon(dial::start);
    return dial.link();
  }

  @Override
  public void listen(Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
    var own = net.own(loop);
    if (spec.opening().orElse(null) instanceof Opening.Ask) {
      var why = new ConfigException("opening", "Ask", "an Answer, to listen with");
      own.soon(() -> done.failed(why));
      return;
    }
    var route = new Port.Route(spec, acceptor);
    own.soon(
        () ->
            spec.tls()
                .ifPresentOrElse(
                    // the files are looked at now, so that a mistake shows where it was made
                    tls ->
                        own.offload(
                            () -> net.tls().context(tls, true),
                            Done.of(_ -> ports.open(own, at, route, done), done::failed)),
                    () -> ports.open(own, at, route, done)));
  }
}
