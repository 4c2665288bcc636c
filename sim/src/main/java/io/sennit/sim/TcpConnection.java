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

  /** A reset from outside, at this very byte, seen by both ends. */
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
