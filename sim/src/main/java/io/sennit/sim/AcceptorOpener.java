package io.sennit.sim;

import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.link.CertificateChains;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Peer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The acceptor's half: reads the requests, finds the listener by path, asks its guard. */
final class AcceptorOpener implements Opener {
  /** The dialer's last word of TLS: it has checked what it was shown. */
  static final String FINISHED = "TLS finished";

  private final SimPort port;
  private final SimListener first;
  private final SimPipe link;
  private final Upgrade upgrade = new Upgrade();
  private final boolean wantsUpgrade;
  private boolean tlsAnswered;
  private boolean tlsDone;
  private boolean placing = true; // until its process has heard of it

  AcceptorOpener(SimPort port, SimListener first, SimPipe link) {
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
    for (var block = upgrade.block(); block != null; block = upgrade.block()) {
      if (!tlsAnswered && !tlsDone) {
        tls(block);
      } else if (!tlsDone) {
        finished(block);
      } else {
        upgrade(block);
        return;
      }
      if (link.isGone() || !link.isOpening()) {
        return;
      }
    }
  }

  private void finished(String block) {
    if (!block.equals(FINISHED)) {
      throw new ProtocolException("TLS finished", 0, "not said");
    }
    tlsDone = true;
    if (!wantsUpgrade) {
      accept(first, null);
    }
  }

  private void tls(String block) {
    var words = block.split(" ", -1);
    if (words.length != 5 || !words[0].equals("TLS") || !words[1].equals("hello")) {
      throw new ProtocolException("TLS hello", 0, "not one");
    }
    var tls = link.spec().tls().orElseThrow();
    List<X509Certificate> own;
    try {
      own = SimTls.own(tls);
      var chain = SimTls.chain(words[2]);
      if (tls.mutual() && (link.isForged(words[4]) || !SimTls.trusts(tls, chain))) {
        link.refuse(
            Upgrade.bytes(
                "TLS alert " + (chain.isEmpty() ? "certificate_required" : "unknown_ca")));
        return;
      }
      if (tls.mutual()) {
        link.peer(
            new Peer(
                link.peer().address(),
                Machine.told(words[3]).or(() -> CertificateChains.name(chain.getFirst())),
                List.copyOf(chain),
                Optional.empty()));
      }
    } catch (SennitException | GeneralSecurityException e) {
      link.refuse(Upgrade.bytes("TLS alert bad_certificate"));
      return;
    }
    tlsAnswered = true;
    link.writeRaw(Upgrade.bytes("TLS ok " + SimTls.text(own) + link.life().machine().tlsWords()));
  }

  private void upgrade(String block) {
    String path = Upgrade.path(block);
    if (path == null) {
      link.refuse(Upgrade.bytes("HTTP/1.1 400 Bad Request"));
      return;
    }
    var listener = port.byPath(path);
    if (listener == null) {
      link.refuse(Upgrade.bytes("HTTP/1.1 404 Not Found"));
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
      } catch (RejectedException e) {
        link.refuse(Upgrade.bytes("HTTP/1.1 403 Forbidden"));
        return;
      } catch (RuntimeException e) {
        link.refuse(Upgrade.bytes("HTTP/1.1 500 Internal Server Error"));
        link.unexpected("a guard", e);
        return;
      }
    }
    accept(listener, Upgrade.bytes("HTTP/1.1 101 Switching Protocols"));
  }

  private void accept(SimListener listener, byte @Nullable [] answer) {
    if (listener.isClosed()) {
      link.reset();
      return;
    }
    try {
      var opening = link.link(listener.spec());
      opening.handledBy(listener.acceptor().accept(opening));
    } catch (RejectedException e) {
      link.refuse(answer == null ? new byte[0] : Upgrade.bytes("HTTP/1.1 403 Forbidden"));
      return;
    } catch (RuntimeException e) {
      link.refuse(
          answer == null ? new byte[0] : Upgrade.bytes("HTTP/1.1 500 Internal Server Error"));
      link.unexpected("an acceptor", e);
      return;
    }
    if (answer != null) {
      link.writeRaw(answer);
    }
    link.open(upgrade.rest());
  }
}
