package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Tls;
import io.sennit.core.link.CertificateChains;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Peer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The dialer's half: asks, and reads the answers. */
final class DialerOpener implements Opener {
  private final SimPipe link;
  private final Address to;
  private final Upgrade upgrade = new Upgrade();
  private boolean connected;
  private boolean tlsAsked;
  private boolean upgradeAsked;

  DialerOpener(SimPipe link, Address to) {
    this.link = link;
    this.to = to;
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
    link.limit(link.spec().handshake());
    if (link.spec().tls().isEmpty()) {
      askForUpgrade();
      return;
    }
    link.phase("the TLS handshake");
    var machine = link.life().machine();
    try {
      var chain = SimTls.own(link.spec().tls().get());
      tlsAsked = true;
      link.writeRaw(Upgrade.bytes("TLS hello " + SimTls.text(chain) + machine.tlsWords()));
      link.arrived();
    } catch (SennitException e) {
      link.fail(e);
    }
  }

  private void askForUpgrade() {
    switch (link.spec().opening().orElse(null)) {
      case Opening.Ask ask -> ask(ask);
      case Opening.Answer _ -> link.fail("an Answer is for listening, dial with an Ask");
      case null -> link.open(upgrade.rest());
    }
  }

  private void ask(Opening.Ask ask) {
    link.phase("the upgrade");
    Map<String, String> headers;
    try {
      headers = ask.headers().call();
    } catch (SennitException e) {
      link.fail(e);
      return;
    } catch (Exception e) {
      link.fail(new DisconnectedException("the headers of the upgrade: " + e, link.context(), e));
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
    if (words.length == 3 && words[1].equals("alert")) {
      link.fail("the TLS handshake: the peer refused TLS: " + words[2].replace('_', ' '));
    } else if (words.length != 5 || !words[0].equals("TLS") || !words[1].equals("ok")) {
      throw new ProtocolException("TLS answer", 0, "not one");
    } else {
      String trouble = check(link.spec().tls().orElseThrow(), words);
      if (trouble.isEmpty()) {
        link.writeRaw(Upgrade.bytes(AcceptorOpener.FINISHED));
        askForUpgrade();
      } else {
        link.fail("the TLS handshake: " + trouble);
      }
    }
  }

  /** What is wrong with the peer's proof, or nothing. */
  private String check(Tls tls, String[] words) {
    try {
      var chain = SimTls.chain(words[2]);
      if (link.isForged(words[4]) || !SimTls.trusts(tls, chain)) {
        return "the peer's certificate is not trusted";
      }
      var told = Machine.told(words[3]);
      if (told.isPresent()
          ? !told.get().equals(to.host())
          : !SimTls.covers(chain.getFirst(), to.host())) {
        return "the peer's certificate is not for " + to.host();
      }
      link.peer(
          new Peer(
              link.peer().address(),
              told.or(() -> CertificateChains.name(chain.getFirst())),
              List.copyOf(chain),
              Optional.empty()));
      return "";
    } catch (GeneralSecurityException e) {
      return "the peer's certificate cannot be read";
    }
  }

  private void upgradeAnswered(String block) {
    String status = block.lines().findFirst().orElse("").replaceFirst("^HTTP/1.1 ", "");
    String what = "the upgrade was answered " + status;
    if (status.startsWith("101")) {
      link.open(upgrade.rest());
    } else if (status.startsWith("403")) {
      link.fail(new RejectedException(what, link.context()));
    } else {
      link.fail(what);
    }
  }
}
