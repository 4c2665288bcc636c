package io.sennit.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of an overlay in all their forms. */
class OverlayAddressTest {
  private static final OverlayAddress PLAYER = OverlayAddress.of("127.0.0.1:2000");

  @Test
  @Row({"SE-address", "SE-address-text", "SE-address-marshaltext"})
  void textForms() {
    assertThat(PLAYER.toText()).isEqualTo("FB127.0.0.1:2000");
    assertThat(PLAYER.asInitiator().toText()).isEqualTo("OB127.0.0.1:2000");
    assertThat(PLAYER.marshalText()).isEqualTo("FB127.0.0.1:2000".getBytes(UTF_8));
    assertThat(OverlayAddress.fromUrl("grpc://h:1").toText()).isEqualTo("FAh:1");
    assertThat(OverlayAddress.fromUrl("https://h:1").toText()).isEqualTo("FCh:1");
  }

  @Test
  @Row("SE-address-display")
  void displayForms() {
    assertThat(PLAYER).hasToString("grpcs://127.0.0.1:2000");
    assertThat(PLAYER.asInitiator()).hasToString("Orchestrator:grpcs://127.0.0.1:2000");
    assertThat(new WrappedAddress(PLAYER)).hasToString("grpcs://127.0.0.1:2000");
    assertThat(OverlayAddress.parseText("FDh:1")).hasToString("ws://h:1");
  }

  @Test
  @Row("SE-address-parse")
  void parsingText() {
    assertThat(OverlayAddress.parseText("OB127.0.0.1:2000")).isEqualTo(PLAYER.asInitiator());
    assertThat(OverlayAddress.parseText("xB127.0.0.1:2000")).isEqualTo(PLAYER);
    for (var shortText : List.of("", "F", "O")) {
      var zero = OverlayAddress.parseText(shortText);
      assertThat(zero.host()).isEmpty();
      assertThat(zero.toText()).isEqualTo("FA");
    }
    assertThat(OverlayAddress.parseText("OA")).isNotEqualTo(OverlayAddress.parseText("FA"));
  }

  /**
   * (sessions 1.1) The original does not look at the type and shows such addresses without host.
   */
  @Test
  @Row({"SE-address-parse", "SE-10.1.11"})
  void unknownTypesAreRefused() {
    for (var text : List.of("FEh:1", "F@h:1", "FZ127.0.0.1:5")) {
      assertThatThrownBy(() -> OverlayAddress.parseText(text))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("address type");
    }
  }

  /** (sessions 10.1.8) Hosts that no header can carry make a stream of the original fail late. */
  @Test
  @Row("SE-10.1.8")
  void hostsThatHeadersCannotCarryAreRefusedEarly() {
    assertThatThrownBy(() -> OverlayAddress.of("höst:1")).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> OverlayAddress.of("bad host:5")).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> OverlayAddress.parseText("FBhöst:1"))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> OverlayAddress.parseText(new byte[600]))
        .isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:2000, FB127.0.0.1:2000",
    "//127.0.0.1:2000, FB127.0.0.1:2000",
    "grpc://127.0.0.1:2000, FA127.0.0.1:2000",
    "grpcs://example.org:443, FBexample.org:443",
    "https://example.org:443/path?q#f, FCexample.org:443",
    "https://user:word@example.org:443/a@b, FCexample.org:443",
    "grpcs://[::1]:2000, FB[::1]:2000",
  })
  @Row("SE-newaddressfromurl")
  void urls(String url, String text) {
    assertThat(OverlayAddress.fromUrl(url).toText()).isEqualTo(text);
    assertThat(OverlayAddress.of(url).toText()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://a.b",
        "http://a:1",
        "ws://a:1",
        "grpc://:1",
        "a:x",
        "a:123456",
        "a:65536",
        "::1:2000",
        "grpcs://[::1]",
        "127.0.0.1"
      })
  @Row("SE-newaddressfromurl")
  void whatIsNoUrl(String url) {
    assertThatThrownBy(() -> OverlayAddress.fromUrl(url))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a URL with a port");
  }

  /** (sessions 10.1.11) A text that is no URL is kept whole, as the original keeps it. */
  @Test
  @Row({"SE-newaddress", "SE-10.1.11"})
  void whatIsNoUrlIsKeptAsAHost() {
    assertThat(OverlayAddress.of("https://a.b").toText()).isEqualTo("FBhttps://a.b");
    assertThat(OverlayAddress.of("127.0.0.1").toText()).isEqualTo("FB127.0.0.1");
  }

  /**
   * (sessions 10.1.11) The original reads the display form of an initiator again, and corrupts it.
   */
  @Test
  @Row({"SE-neworchestratoraddress", "SE-10.1.11"})
  void anInitiatorsInitiatorIsItself() {
    var initiator = OverlayAddress.fromUrl("https://h:1").asInitiator();
    assertThat(initiator.asInitiator()).isEqualTo(initiator);
    assertThat(initiator.toText()).isEqualTo("OCh:1");
    assertThat(OverlayAddress.parseText("FDh:1").asInitiator().toText()).isEqualTo("ODh:1");
    assertThat(initiator.asPlayer().toText()).isEqualTo("FCh:1");
  }

  @Test
  @Row({"SE-address-connectiontype", "SE-address-getdialaddress"})
  void dialing() {
    assertThat(PLAYER.connectionType()).isEqualTo(ConnectionType.GRPCS);
    assertThat(OverlayAddress.fromUrl("grpc://h:1").connectionType().scheme()).isEqualTo("grpc");
    assertThat(PLAYER.dialAddress()).isEqualTo("127.0.0.1:2000");
    assertThat(PLAYER.asInitiator().place()).isEqualTo(Address.of("127.0.0.1", 2000));
    assertThat(OverlayAddress.player(Address.of("::1", 7)).dialAddress()).isEqualTo("[::1]:7");
  }

  @Test
  @Row("SE-address-gethostname")
  void hostnames() {
    assertThat(PLAYER.hostname()).isEqualTo("127.0.0.1");
    assertThat(OverlayAddress.of("example.org:443").hostname()).isEqualTo("example.org");
    assertThat(OverlayAddress.of("[::1]:443").hostname()).isEqualTo("::1");
    for (var malformed : List.of("127.0.0.1", "https://a.b", "a:b:c", "u@h:1")) {
      var address = new OverlayAddress(malformed, ConnectionType.GRPCS, false);
      assertThatThrownBy(address::hostname).isInstanceOf(ConfigException.class);
    }
  }

  @Test
  @Row({"SE-address-equal", "SE-address-wrap"})
  void sameness() {
    var initiator = PLAYER.asInitiator();
    var plain = new OverlayAddress(PLAYER.host(), ConnectionType.GRPC, false);
    var other = OverlayAddress.of("127.0.0.1:2001");
    assertThat(PLAYER.isSameAs(OverlayAddress.of("127.0.0.1:2000"))).isTrue();
    for (var different : List.of(initiator, plain, other)) {
      assertThat(PLAYER.isSameAs(different)).isFalse();
      assertThat(different.isSameAs(PLAYER)).isFalse();
    }
    var wrapped = new WrappedAddress(initiator);
    for (var same : List.of(PLAYER, initiator, plain)) {
      assertThat(wrapped.isSameAs(same)).isTrue();
      assertThat(same.isSameAs(wrapped)).isTrue();
    }
    assertThat(wrapped.isSameAs(other)).isFalse();
    assertThat(other.isSameAs(wrapped)).isFalse();
    assertThat(wrapped.isSameAs(new WrappedAddress(initiator))).isTrue();
    assertThat(wrapped.isSameAs(new WrappedAddress(PLAYER))).isFalse();
  }

  @Test
  @Row("SE-address-wrap")
  void wrappingIsUndoneAndNotDoubled() {
    var initiator = PLAYER.asInitiator();
    var wrapped = new WrappedAddress(new WrappedAddress(initiator));
    assertThat(wrapped.unwrap()).isEqualTo(initiator);
    assertThat(PLAYER.unwrap()).isSameAs(PLAYER);
    assertThat(wrapped.toText()).isEqualTo("OB127.0.0.1:2000");
  }

  /** An address of another overlay, compared by its own rule. */
  private record Named(String name) implements PlayerAddress {
    @Override
    public boolean isSameAs(PlayerAddress other) {
      return other instanceof Named(var its) && its.equalsIgnoreCase(name);
    }

    @Override
    public String toText() {
      return name;
    }
  }

  @Test
  @Row("SE-address-wrap")
  void anAddressOfAnotherOverlayDecidesForItself() {
    var wrapped = new WrappedAddress(new Named("ann"));
    assertThat(wrapped.isSameAs(new Named("ANN"))).isTrue();
    assertThat(wrapped.isSameAs(new WrappedAddress(new Named("Ann")))).isTrue();
    assertThat(wrapped.isSameAs(PLAYER)).isFalse();
    assertThat(PLAYER.isSameAs(wrapped)).isFalse();
    assertThat(new WrappedAddress(PLAYER).isSameAs(new Named("ann"))).isFalse();
  }

  @Test
  @Row("SE-address-text")
  void everyAddressGoesThroughItsText() {
    var random = new SplittableRandom(7);
    var seen = new ArrayList<OverlayAddress>();
    for (int i = 0; i < 2_000; i++) {
      var host = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        host.append((char) random.nextInt('!', '~' + 1));
      }
      var types = ConnectionType.values();
      var address =
          new OverlayAddress(
              host.toString(), types[random.nextInt(types.length)], random.nextBoolean());
      assertThat(OverlayAddress.parseText(address.marshalText())).isEqualTo(address);
      seen.add(address);
    }
    assertThat(seen.stream().map(OverlayAddress::toText).distinct().count())
        .isEqualTo(seen.stream().distinct().count());
  }

  @Test
  @Row("SE-handshakekey")
  void theKeyOfTheHandshake() {
    assertThat(SessionHeaders.HANDSHAKE).isEqualTo("handshake");
  }
}
