package io.sennit.grid.engine;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.SubrouteId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Links whose bytes ride on the grid's connections: each is a stream on the reserved handler and a
 * subroute of its name. What a link's spec says of framing, TLS and opening does not apply; its
 * bounds and times do.
 */
public final class StreamLinks implements Links {
  /** The handler id kept for Sennit's own strands. */
  public static final int HANDLER = 255;

  private static final int CAPACITY = 64; // counts for nothing: such peers count bytes

  private final GridEngine grid;
  private final String subroute;
  private final BiConsumer<Remote, Duration> waitForConnect;
  private final Address here;

  /**
   * Links of one name.
   *
   * @param name of the strand that rides on them
   * @param here where the manager listens
   * @param waitForConnect waits on a user thread until a peer is connected, or throws
   */
  public StreamLinks(
      GridEngine grid, String name, Address here, BiConsumer<Remote, Duration> waitForConnect) {
    this.grid = grid;
    this.subroute = "sennit/" + name;
    this.here = here;
    this.waitForConnect = waitForConnect;
  }

  @Override
  public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
    var link = new StreamLink(grid.openLinks(), loop, to, spec, handler);
    link.begin();
    if (grid.openLinks().areEnding()) {
      return link; // it is told so
    }
    var dialing = grid.runner().start("dial " + subroute, () -> open(link, to, spec));
    if (dialing.isCancelled()) {
      link.managerClosed(); // the fabric has ended before its manager
    }
    return link;
  }

  private void open(StreamLink link, Address to, LinkSpec spec) {
    try {
      var host = HostText.of(to, EngineSettings.isSecure(grid.settings().local()));
      var remote = grid.learn(host);
      waitForConnect.accept(remote, spec.connect());
      var channel = remote.channel();
      if (channel == null || !channel.extensions().has(Extensions.BYTE_CREDITS)) {
        throw new DisconnectedException(
            channel == null ? "remote disconnected" : "the peer does not carry links",
            ErrorContext.peer(host));
      }
      var mux =
          new ClientMux(
              channel,
              HANDLER,
              SubrouteId.of(HANDLER, subroute),
              Payload.ABSENT,
              CAPACITY,
              CAPACITY,
              0);
      if (!channel.open(mux)) {
        throw new DisconnectedException("the connection is being left", ErrorContext.peer(host));
      }
      link.dialed(mux);
    } catch (SennitException e) {
      var why =
          new DisconnectedException("no link: " + e.what(), ErrorContext.peer(to.toString()), e);
      link.loop().execute(() -> link.abort(why));
    }
  }

  @Override
  public void listen(Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
    if (grid.openLinks().areEnding()) {
      loop.execute(() -> done.failed(GridEngine.closing()));
      return;
    }
    Targets.StreamCode code = (first, mux) -> accept(mux, spec, acceptor);
    var target = new Targets.Streaming(subroute, Optional.of(subroute), code, CAPACITY, CAPACITY);
    try {
      grid.targets().register(HANDLER, target);
    } catch (SennitException e) {
      loop.execute(() -> done.failed(e));
      return;
    }
    var listener =
        new Listener() {
          @Override
          public Address address() {
            return here;
          }

          @Override
          public void close() {
            grid.targets().unregister(HANDLER, target);
          }
        };
    loop.execute(() -> done.ok(listener));
  }

  /** On the stream's own thread, which waits for the link's end: returning ends the stream. */
  private void accept(ServerMux mux, LinkSpec spec, Acceptor acceptor) throws Exception {
    var loop = acceptor.place();
    var link = new StreamLink(grid.openLinks(), loop, mux.channel().address(), spec, acceptor);
    link.begin();
    loop.execute(() -> link.accepted(mux));
    link.awaitEnd(mux);
  }
}
