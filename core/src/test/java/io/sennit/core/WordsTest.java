package io.sennit.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.SystemOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Within, Deadline, ClusterKey, Tls, Endpoint, LinkSpec, SystemOptions. */
class WordsTest {
  @TempDir Path folder;

  @Test
  void withinIsAboveZeroAndNeverOverflows() {
    assertThat(Within.within(Duration.ofMillis(50)).nanos()).isEqualTo(50_000_000);
    assertThat(Within.within(Duration.ofSeconds(Long.MAX_VALUE)).nanos())
        .isEqualTo(Long.MAX_VALUE / 2);
    assertThat(Within.within(Duration.ofDays(36_500)).nanos()).isLessThan(Long.MAX_VALUE / 2);
    for (var bad : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
      assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Within.within(bad));
    }
  }

  @Test
  void aDeadlineIsInheritedInItsScopeOnly() {
    Deadline deadline = () -> -30;
    assertThat(deadline.remainingNanos()).isEqualTo(-30);
    assertThat(Deadline.current()).isEmpty();
    ScopedValue.where(Deadline.CURRENT, deadline)
        .run(() -> assertThat(Deadline.current()).contains(deadline));
    assertThat(Deadline.current()).isEmpty();
  }

  @Test
  void keysAreDerivedAsRfc5869Says() throws Exception {
    var secret = new byte[32];
    Arrays.fill(secret, (byte) 7);
    var key = ClusterKey.of(secret);
    for (int bytes : new int[] {1, 32, 33, 100, 255 * 32}) {
      assertThat(key.derive("sennit test v1", bytes))
          .isEqualTo(hkdf(secret, "sennit test v1", bytes));
    }
    assertThat(key.derive("one", 32)).isNotEqualTo(key.derive("two", 32));
    for (int bad : new int[] {-1, 0, 255 * 32 + 1}) {
      assertThatIllegalArgumentException().isThrownBy(() -> key.derive("x", bad));
    }
  }

  /** Extract with no salt, then expand, by the letter of the RFC. */
  private static byte[] hkdf(byte[] secret, String label, int length) throws Exception {
    var prk = mac(new byte[32], secret);
    var out = new ByteArrayOutputStream();
    var block = new byte[0];
    for (int i = 1; out.size() < length; i++) {
      var input = new ByteArrayOutputStream();
      input.write(block);
      input.write(label.getBytes(UTF_8));
      input.write(i);
      block = mac(prk, input.toByteArray());
      out.write(block);
    }
    return Arrays.copyOf(out.toByteArray(), length);
  }

  private static byte[] mac(byte[] key, byte[] input) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(input);
  }

  @Test
  void keysAreReadCheckedAndNeverPrinted() throws IOException {
    var key = ClusterKey.random();
    var hex = key.toHex();
    assertThat(ClusterKey.parse(" " + hex + "\n")).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(ClusterKey.random()).isNotEqualTo(key);
    assertThat(key).hasToString("ClusterKey[hidden]");
    var file = Files.writeString(folder.resolve("key"), hex + "\n");
    assertThat(ClusterKey.read(file)).isEqualTo(key);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ClusterKey.read(folder.resolve("none")))
        .withMessageContaining("a readable file");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> ClusterKey.parse(hex.substring(1) + "g"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(hex.substring(1, 20)));
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> ClusterKey.of(new byte[31]));
  }

  @Test
  void tlsNeedsSomethingToCheckAgainstAndHidesPasswords() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new Tls(Optional.empty(), Optional.empty(), true))
        .satisfies(e -> assertThat(e.key()).isEqualTo("tls.mutual"));
    var file = Path.of("store.p12");
    var tls = new Tls(Optional.of(new Tls.Identity.Pkcs12(file, "hush")), Optional.empty(), false);
    assertThat(tls.toString()).contains("store.p12").doesNotContain("hush");
    assertThat(Tls.mutual(file, file, file).mutual()).isTrue();
    assertThat(Tls.client(file).identity()).isEmpty();
    assertThat(Tls.server(file, file).trust()).isEmpty();
  }

  @Test
  void endpointsComeBackInTheirShortestForm() {
    byte[] v4 = {(byte) 192, (byte) 168, 0, (byte) 255};
    assertThat(Endpoint.of(v4, 80).ip()).isEqualTo(v4);
    assertThat(Endpoint.v4(0xffff_ffff, 80).ip()).containsExactly(-1, -1, -1, -1);
    var mapped = new byte[16];
    mapped[10] = mapped[11] = -1;
    System.arraycopy(v4, 0, mapped, 12, 4);
    assertThat(Endpoint.of(mapped, 80)).isEqualTo(Endpoint.of(v4, 80));
    var v6 = new byte[16];
    for (int i = 0; i < 16; i++) {
      v6[i] = (byte) (0xf0 + i);
    }
    assertThat(Endpoint.of(v6, 1).ip()).isEqualTo(v6);
    for (int bad : new int[] {0, 3, 5, 15, 17}) {
      assertThatIllegalArgumentException().isThrownBy(() -> Endpoint.of(new byte[bad], 1));
    }
  }

  @Test
  void linkSpecsChangeOneThingAtATime() {
    Framing framing =
        (dialer, max, masks) -> {
          throw new UnsupportedOperationException();
        };
    var spec = LinkSpec.of(framing);
    assertThat(spec.maxMessage()).isEqualTo(64 << 20);
    var tls = Tls.client(Path.of("ca.pem"));
    var opening = new Opening.Ask("/x", Map::of);
    var second = Duration.ofSeconds(1);
    var other =
        spec.withTls(tls)
            .withOpening(opening)
            .withBounds(1, 2)
            .withTimes(second, second.plusSeconds(1), second.plusSeconds(2))
            .withMaxPending(3);
    assertThat(other)
        .isEqualTo(
            new LinkSpec(
                framing,
                Optional.of(tls),
                Optional.of(opening),
                1,
                2,
                3,
                second,
                Duration.ofSeconds(2),
                Duration.ofSeconds(3)));
  }

  @Test
  void systemOptionsAreInRange() {
    assertThat(SystemOptions.defaults().withLoops(256).loops()).isEqualTo(256);
    assertThat(SystemOptions.defaults().withData(folder).data()).contains(folder);
    for (int bad : new int[] {0, 257}) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> SystemOptions.defaults().withLoops(bad));
    }
  }
}
