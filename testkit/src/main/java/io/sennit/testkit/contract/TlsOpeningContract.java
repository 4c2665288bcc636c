package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.Tls;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Peer;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Recorder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What TLS proves and refuses; a simulation used to open whatever the certificates said. */
public abstract class TlsOpeningContract extends LinkTests {
  /** A name of node {@code b} on sockets and one in a simulation. */
  private static final String NAMES = "dns:b,ip:127.0.0.1";

  @TempDir static Path folder;
  @TempDir static Path elsewhere;

  private static Tls good;
  private static Tls otherName;
  private static Tls stranger;

  /** One authority with a good pair and one for another host; and a stranger's. */
  @BeforeAll
  static void makeCertificates() throws Exception {
    var ours = new Certificates(folder);
    good = ours.mutual("good", NAMES);
    otherName = ours.mutual("other", "dns:other.test,ip:10.9.8.7");
    stranger = new Certificates(elsewhere, "stranger").mutual("stranger", NAMES);
  }

  /** Patient with slow machines, on which reading certificates may take a second. */
  private static LinkSpec secured(Tls tls) {
    var patience = Duration.ofSeconds(15);
    return plain().withTls(tls).withTimes(patience, patience, patience);
  }

  private Recorder fails(Tls listening, Tls dialing, String reason) {
    var accepted = new AtomicInteger();
    var at =
        listen(
            secured(listening),
            on(
                world.node("b").loop(),
                _ -> {
                  accepted.incrementAndGet();
                  return recorder();
                }));
    var dialer = recorder();
    dial(at.address(), secured(dialing), dialer);
    awaitClosed(dialer);
    assertThat(accepted).hasValue(0);
    assertThat(dialer.why().orElseThrow().getMessage()).contains(reason);
    return dialer;
  }

  private void refusesTheHandshake(Tls listening, Tls dialing) {
    var dialer = fails(listening, dialing, "the TLS handshake");
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(DisconnectedException.class);
    assertThat(dialer.why().orElseThrow().outcome()).isEqualTo(Outcome.DID_NOT_RUN);
  }

  @Test
  void bothSidesSeeWhoTheOtherProved() {
    var seen = new AtomicReference<@Nullable Peer>();
    var listener = recorder().whenOpened(link -> seen.set(link.peer()));
    var at = listen(secured(good), on(world.node("b").loop(), _ -> listener));
    var dialer = recorder();
    var dialed = new AtomicReference<@Nullable Peer>();
    dial(at.address(), secured(good), dialer.whenOpened(l -> dialed.set(l.peer())));
    world.await("both ends open", () -> dialer.hasOpened() && listener.hasOpened());
    for (var one : Arrays.asList(seen.get(), dialed.get())) {
      var peer = Objects.requireNonNull(one);
      assertThat(peer.name()).contains("b");
      assertThat(peer.chain()).hasSize(2);
      assertThat(peer.chain().getFirst().getSubjectX500Principal().getName()).isEqualTo("CN=good");
    }
  }

  @Test
  void aCertificateOfAnotherNameIsRefused() {
    refusesTheHandshake(otherName, good);
  }

  @Test
  void aCertificateOfAStrangerIsRefused() {
    refusesTheHandshake(stranger, good);
  }

  /** With TLS 1.3 a dialer hears of it behind its own handshake, so it may have opened. */
  @Test
  void aDialerWithoutACertificateNeverReachesAMutualListener() {
    var dialer = fails(good, new Tls(Optional.empty(), good.trust(), false), "");
    assertThat(kind(dialer)).isEqualTo(DisconnectedException.class);
    assertThat(dialer.why().orElseThrow().getMessage()).contains("certificate");
  }

  @Test
  void filesThatAreNotThereEndTheDial() {
    var missing = Tls.mutual(folder.resolve("no.pem"), folder.resolve("no.key"), folder);
    var dialer = fails(good, missing, "no.pem");
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(kind(dialer)).isEqualTo(ConfigException.class);
  }
}
