package io.sennit.sim;

import io.sennit.core.DisconnectedException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Peer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The dialer's half: asks, and reads the answers. */
final class DialerOpener implements Opener {
  private final SimLink link;
  private final Upgrade upgrade = new Upgrade();
  private boolean connected;
  private boolean tlsAsked;
  private boolean upgradeAsked;

  DialerOpener(SimLink link) {
    this.link = link;
  }

  @Override
  public boolean isReading() {
    return connected;
  }

  /** TCP is there. On the link's loop. */
  void connected() {
    if (link.isGone()) {
      return;
    }
    connected = true;
    link.limit(link.spec().handshake().toNanos(), "no handshake within " + link.spec().handshake());
    if (link.spec().tls().isPresent()) {
      var machine = link.life().machine();
      boolean hasCertificate = link.spec().tls().get().identity().isPresent();
      tlsAsked = true;
      link.writeRaw(
          Upgrade.bytes(
              "TLS hello "
                  + (hasCertificate ? machine.certificate : "-")
                  + (machine.distrusted ? " forged" : " good")));
      link.arrived();
    } else {
      askForUpgrade();
    }
  }

  private void askForUpgrade() {
    if (!(link.spec().opening().orElse(null) instanceof Opening.Ask ask)) {
      link.open(upgrade.rest());
      return;
    }
    Map<String, String> headers;
    try {
      headers = ask.headers().call();
    } catch (SennitException e) {
      link.abort(e);
      return;
    } catch (Exception e) {
      link.abort(new DisconnectedException("no headers: " + e, link.context(), e));
      return;
    }
    upgradeAsked = true;
    link.writeRaw(Upgrade.bytes(Upgrade.request(ask.path(), headers)));
    link.arrived();
  }

  @Override
  public void read(byte[] bytes) {
    upgrade.take(bytes);
    var block = upgrade.block();
    if (block == null) {
      return;
    }
    if (tlsAsked) {
      tlsAsked = false;
      tlsAnswered(block);
    } else if (upgradeAsked) {
      upgradeAnswered(block);
    }
  }

  private void tlsAnswered(String block) {
    var words = block.split(" ", -1);
    if (words.length != 4 || !words[0].equals("TLS") || !words[1].equals("ok")) {
      link.abort(new DisconnectedException("TLS handshake failed: " + block, link.context()));
    } else if (words[3].equals("forged")) {
      link.abort(new DisconnectedException("TLS handshake failed: not trusted", link.context()));
    } else {
      link.peer(
          new Peer(link.peer().address(), Optional.of(words[2]), List.of(), Optional.empty()));
      askForUpgrade();
    }
  }

  private void upgradeAnswered(String block) {
    if (block.startsWith("HTTP/1.1 101")) {
      link.open(upgrade.rest());
    } else if (block.startsWith("HTTP/1.1 403")) {
      link.abort(new RejectedException("refused by the peer: 403", link.context()));
    } else {
      link.abort(
          new DisconnectedException(
              "no upgrade: " + block.lines().findFirst().orElse(""), link.context()));
    }
  }
}
