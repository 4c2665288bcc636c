package io.sennit.sim;

/** Two ends and the two pipes between them. */
final class TcpConnection {
  private final Network network;
  final SimPipe dialer;
  final SimPipe acceptor;
  private boolean forgotten;

  TcpConnection(Network network, SimPipe dialer, SimPipe acceptor) {
    this.network = network;
    this.dialer = dialer;
    this.acceptor = acceptor;
    String a = dialer.life().name();
    String b = acceptor.life().name();
    var forth = new Flow(network, network.path(a, b), network.path(b, a), dialer, acceptor);
    var back = new Flow(network, network.path(b, a), network.path(a, b), acceptor, dialer);
    dialer.joined(this, forth, back);
    acceptor.joined(this, back, forth);
    network.add(this);
  }

  boolean joins(String a, String b) {
    String from = dialer.life().name();
    String to = acceptor.life().name();
    return from.equals(a) && to.equals(b) || from.equals(b) && to.equals(a);
  }

  /**
   * A reset from outside inside the next bytes that come one way, so that a part of them arrives;
   * between bytes if none come in time.
   */
  void cutInside(boolean towardsAcceptor, long withinNanos) {
    var pipe = (towardsAcceptor ? dialer : acceptor).outbound();
    if (pipe == null) {
      cut();
      return;
    }
    pipe.aim();
    network
        .simulation()
        .after(
            Event.of(
                null,
                () -> {
                  if (pipe.isAimed() && !forgotten) {
                    cut();
                  }
                }),
            withinNanos);
  }

  /** One direction ends, as if its sender had said so; the other goes on. */
  void halfClose(boolean towardsAcceptor) {
    var sender = towardsAcceptor ? dialer : acceptor;
    var pipe = sender.outbound();
    if (pipe != null && !sender.isGone() && pipe.end()) {
      network.simulation().inject(Injected.Kind.HALF_CLOSE);
    }
  }

  /** A reset from outside, between bytes, seen by both ends. */
  void cut() {
    network.simulation().inject(Injected.Kind.CUT);
    reset(dialer);
    reset(acceptor);
  }

  private static void reset(SimPipe end) {
    var pipe = end.outbound();
    if (pipe != null) {
      pipe.dropAll();
    }
    end.reset("connection reset");
  }

  /** Forgotten when both ends are gone and nothing is on its way. */
  void endGone() {
    if (!forgotten && dialer.isGone() && acceptor.isGone()) {
      forgotten = true;
      network.remove(this);
    }
  }
}
