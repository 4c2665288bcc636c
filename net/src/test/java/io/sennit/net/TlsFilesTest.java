package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Tls;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Links;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Recorder;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkTests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates: who is let in, by which name, and what happens when files change. */
class TlsFilesTest extends LinkTests {
  @TempDir static Path folder;

  private static Certificates authority;
  private static Tls.Identity.Pem server;

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = new Certificates(folder);
    server = authority.pair("server", "ip:127.0.0.1,dns:server.test");
  }

  @Override
  protected World world() {
    return Worlds.epoll();
  }

  private static Tls both(Tls.Identity identity, Path trust) {
    return new Tls(Optional.of(identity), Optional.of(trust), true);
  }

  private Links.Listener listening(Tls tls, Recorder recorder) {
    return listen(plain().withTls(tls), on(world.node("b").loop(), _ -> recorder));
  }

  private static Tls.Identity.Pkcs12 client() throws Exception {
    authority.pair("client", "dns:client.test");
    return authority.pkcs12("client");
  }

  @Test
  void provesNamesBothWays() throws Exception {
    var client = client();
    var listener = recorder();
    var at = listening(both(server, authority.ca), listener);
    var dialer = recorder();
    dial(at.address(), plain().withTls(both(client, authority.ca)), dialer);
    world.await("both open", () -> dialer.hasOpened() && listener.hasOpened());
    assertThat(dialer.link().peer().name()).contains("server.test");
    assertThat(listener.link().peer().name()).contains("client.test");
    assertThat(listener.link().peer().chain()).hasSize(2);
  }

  @Test
  void refusesAnotherAuthorityAnotherHostAndNobody() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    var stranger = new Certificates(elsewhere);
    var wrongHost = authority.pair("other", "dns:other.test");
    var taken = recorder();
    var at = listening(both(server, authority.ca), taken);

    var wrongAuthority = recorder();
    dial(at.address(), plain().withTls(both(server, stranger.ca)), wrongAuthority);
    awaitClosed(wrongAuthority);
    assertThat(wrongAuthority.hasOpened()).isFalse();
    assertThat(wrongAuthority.why().orElseThrow())
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("TLS handshake: PKIX path");

    // in TLS 1.3 the dialer may be done before the listener refuses it
    var nobody = recorder();
    dial(at.address(), plain().withTls(Tls.client(authority.ca)), nobody);
    awaitClosed(nobody);
    assertThat(nobody.why().orElseThrow())
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("the peer refused TLS: certificate required");
    assertThat(taken.hasOpened()).isFalse();

    var mismatch = recorder();
    var other = listening(both(wrongHost, authority.ca), recorder());
    dial(other.address(), plain().withTls(both(server, authority.ca)), mismatch);
    awaitClosed(mismatch);
    assertThat(mismatch.hasOpened()).isFalse();
    assertThat(kind(mismatch)).isEqualTo(DisconnectedException.class);
  }

  @Test
  void plainTextToATlsPortEnds() throws Exception {
    var at = listening(both(server, authority.ca), recorder());
    try (var raw = new Raw(at.address())) {
      raw.say("GET / HTTP/1.1\r\n\r\n");
      raw.rest();
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void takesChangedFilesAndKeepsTheOldOnesWhenTheNewAreBroken() throws Exception {
    authority.pair("second", "ip:127.0.0.1,dns:second.test");
    var live = authority.pem("server", "live");
    var at =
        listen(
            plain().withTls(Tls.server(live.chain(), live.key())),
            on(world.node("b").loop(), _ -> recorder()));
    var spec = plain().withTls(Tls.client(authority.ca));
    assertThat(nameAt(at, spec)).contains("server.test");

    authority.pem("second", "live");
    touch(live);
    assertThat(nameAt(at, spec)).contains("second.test");

    Files.writeString(live.key(), "broken");
    assertThat(nameAt(at, spec)).contains("second.test");
  }

  /** A clock with coarse ticks must not hide the change. */
  private static void touch(Tls.Identity.Pem pair) throws Exception {
    var later = FileTime.fromMillis(System.currentTimeMillis() + 5_000);
    Files.setLastModifiedTime(pair.chain(), later);
    Files.setLastModifiedTime(pair.key(), later);
  }

  private Optional<String> nameAt(Links.Listener at, io.sennit.core.spi.LinkSpec spec) {
    var dialer = recorder();
    dial(at.address(), spec, dialer);
    world.await("open", dialer::hasOpened);
    var name = dialer.link().peer().name();
    on(dialer, Link::close);
    awaitClosed(dialer);
    return name;
  }

  @Test
  void listeningWithoutAnIdentityIsAMistakeSaidAtOnce() throws Exception {
    var b = world.node("b");
    var answer = new Answer<Links.Listener>();
    b.links()
        .listen(
            b.loop(),
            world.at("b"),
            plain().withTls(Tls.client(authority.ca)),
            on(b.loop(), _ -> recorder()),
            answer);
    world.await("an answer", () -> answer.answers() == 1);
    assertThatThrownBy(answer::value)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.identity");
  }

  @Test
  void aSilentServerIsLeftAtTheHandshakesLimit() throws Exception {
    try (var server =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      var dialer = recorder();
      dial(
          io.sennit.core.Address.of("127.0.0.1", server.getLocalPort()),
          plain()
              .withTls(Tls.client(authority.ca))
              .withTimes(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(2)),
          dialer);
      awaitClosed(dialer);
      assertThat(dialer.why().orElseThrow().getMessage())
          .contains("timed out in the TLS handshake");
    }
  }
}
