package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Peer;
import org.jspecify.annotations.Nullable;

/** The way from a name to a connection: lookup, SYN, answer. */
final class SimDial {
  private static final int SYN = 60;
  private static final long FIRST_RETRY_NANOS = 1_000_000_000L;

  private final SimPipe link;
  private final DialerOpener opener;
  private final Address to;
  private final Simulation simulation;
  private final Life life;
  private long retry = FIRST_RETRY_NANOS;
  private int ip; // what the name meant when it was looked up

  SimDial(SimPipe link, DialerOpener opener, Address to) {
    this.link = link;
    this.opener = opener;
    this.to = to;
    this.life = link.life();
    this.simulation = life.simulation();
  }

  void begin() {
    simulation.note(Trace.Kind.DIAL, life, to.port(), Trace.hash(to.host()));
    link.phase("looking up the name");
    link.limit(link.spec().connect());
    life.resolver().lookUp(to.host(), this::found);
  }

  private void found(@Nullable Machine machine) {
    if (link.isGone()) {
      return;
    }
    if (machine == null) {
      refuse("unknown host " + to.host());
    } else {
      ip = machine.ip();
      link.phase("connecting");
      send(machine);
    }
  }

  private void send(Machine target) {
    var path = simulation.network().path(life.name(), target.name);
    simulation.after(Event.of(null, () -> arrive(target, path)), path.nanos(SYN));
  }

  private void arrive(Machine target, Path path) {
    if (link.isGone()) {
      return;
    }
    var back = simulation.network().path(target.name, life.name());
    boolean answers = target.powered && target.ip() == ip && path.passes() && back.passes();
    if (!answers || path.isHanging()) {
      simulation.after(Event.of(null, () -> send(target)), retry);
      retry *= 2;
      return;
    }
    var there = target.life();
    var port = there.ports().port(to.port());
    var source = Endpoint.v4(life.machine().ip(), 0);
    if (path.isRefusing()
        || there.isDead()
        || port == null
        || !port.makesRoom(source, simulation.now())) {
      simulation.after(
          Event.of(null, () -> refuse("connecting: connection refused")), back.nanos(SYN));
      return;
    }
    // The kernel accepts; the process is asked when it runs.
    var from = Address.of(life.machine().ipText(), life.ports().freePort());
    var listener = port.first();
    var accepted =
        new SimPipe(there, (SimLoop) there.quietLoop(), listener.spec(), false, Peer.at(from));
    var theirs = new AcceptorOpener(port, listener, accepted);
    accepted.opener(theirs);
    new TcpConnection(simulation.network(), link, accepted);
    port.pending(source, accepted);
    accepted.limit(listener.spec().handshake());
    simulation.after(
        Event.of(
            there,
            () -> {
              if (accepted.isGone()) {
                return;
              }
              // With an upgrade the path decides who places it; see AcceptorOpener.
              if (!theirs.wantsUpgrade()) {
                accepted.placed(listener.place());
              }
              accepted.loop().input(theirs::connected);
              accepted.arrived();
            }),
        1);
    simulation.after(
        Event.of(
            null,
            () -> {
              if (!link.isGone()) {
                link.loop().input(opener::connected);
              }
            }),
        back.nanos(SYN));
  }

  private void refuse(String why) {
    if (!link.isGone()) {
      link.loop()
          .input(
              () -> {
                if (!link.isGone()) {
                  link.fail(why);
                }
              });
    }
  }
}
