package io.sennit.sim;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Peer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The acceptor's half: reads the requests, finds the listener by path, asks its guard. */
final class AcceptorOpener implements Opener {
  private final Port port;
  private final SimListener first;
  private final SimLink link;
  private final Upgrade upgrade = new Upgrade();
  private final boolean wantsUpgrade;
  private boolean tlsDone;
  private boolean placing = true; // until its process has heard of it

  AcceptorOpener(Port port, SimListener first, SimLink link) {
    this.port = port;
    this.first = first;
    this.wantsUpgrade = port.wantsUpgrade();
    this.link = link;
    this.tlsDone = link.spec().tls().isEmpty();
  }

  @Override
  public boolean isReading() {
    return !placing;
  }

  boolean wantsUpgrade() {
    return wantsUpgrade;
  }

  /** TCP is there; what can be said without hearing anything is. */
  void connected() {
    placing = false;
    link.arrived();
    if (!link.isGone() && tlsDone && !wantsUpgrade) {
      accept(first, null);
    }
  }

  @Override
  public void read(byte[] bytes) {
    upgrade.take(bytes);
    var block = upgrade.block();
    if (block == null) {
      return;
    }
    if (!tlsDone) {
      tls(block);
    } else {
      upgrade(block);
    }
  }

  private void tls(String block) {
    var words = block.split(" ", -1);
    if (words.length != 4 || !words[0].equals("TLS") || !words[1].equals("hello")) {
      throw new ProtocolException("TLS hello", 0, "not one");
    }
    boolean mutual = link.spec().tls().orElseThrow().mutual();
    boolean proven = !words[2].equals("-") && words[3].equals("good");
    if (mutual && !proven) {
      var why = new DisconnectedException("TLS handshake failed: no certificate", link.context());
      link.refuse(Upgrade.bytes("TLS no certificate accepted"), why);
      return;
    }
    if (mutual) {
      link.peer(
          new Peer(link.peer().address(), Optional.of(words[2]), List.of(), Optional.empty()));
    }
    tlsDone = true;
    var machine = link.life().machine();
    link.writeRaw(
        Upgrade.bytes(
            "TLS ok " + machine.certificate + (machine.distrusted ? " forged" : " good")));
    if (!wantsUpgrade) {
      accept(first, null);
      return;
    }
    var next = upgrade.block();
    if (next != null) {
      upgrade(next);
    }
  }

  private void upgrade(String block) {
    String path = Upgrade.path(block);
    if (path == null) {
      throw new ProtocolException("upgrade", 0, "not a request");
    }
    var listener = port.byPath(path);
    if (listener == null) {
      var why = new RejectedException("no such path: " + path, link.context());
      link.refuse(Upgrade.bytes("HTTP/1.1 404 Not Found"), why);
      return;
    }
    // From here on the link lives where its listener wants it.
    placing = true;
    var loop = listener.place();
    var headers = Upgrade.headers(block);
    if (loop == link.loop()) {
      guard(listener, headers);
    } else {
      link.placed(loop);
      loop.input(() -> guard(listener, headers));
    }
  }

  private void guard(SimListener listener, Map<String, List<String>> headers) {
    if (link.isGone()) {
      return;
    }
    placing = false;
    if (listener.spec().opening().orElse(null) instanceof Opening.Answer answer) {
      try {
        answer.guard().check(headers, link.peer());
      } catch (SennitException e) {
        link.refuse(Upgrade.bytes("HTTP/1.1 403 Forbidden"), e);
        return;
      } catch (RuntimeException e) {
        link.refuse(
            Upgrade.bytes("HTTP/1.1 500 Internal Server Error"),
            new DisconnectedException("the guard failed: " + e, link.context(), e));
        return;
      }
    }
    accept(listener, Upgrade.bytes("HTTP/1.1 101 Switching Protocols"));
  }

  private void accept(SimListener listener, byte @Nullable [] answer) {
    if (listener.isClosed()) {
      link.abort(new DisconnectedException("nobody listens any more", link.context()));
      return;
    }
    try {
      link.handler(listener.acceptor().accept(link));
    } catch (SennitException e) {
      link.refuse(answer == null ? new byte[0] : Upgrade.bytes("HTTP/1.1 403 Forbidden"), e);
      return;
    }
    if (answer != null) {
      link.writeRaw(answer);
    }
    link.open(upgrade.rest());
  }

  @Override
  public SennitException ended(ErrorContext context) {
    return new DisconnectedException("ended by the dialer before it was open", context);
  }
}
