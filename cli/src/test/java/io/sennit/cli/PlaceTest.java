package io.sennit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7400, 127.0.0.1:7400",
    "127.0.0.1:7400/, 127.0.0.1:7400",
    "HTTP://Here:7400/, http://here:7400",
    "https://[::1]:7400, https://[::1]:7400"
  })
  void spellings(String text, String meant) {
    assertThat(Place.parse(text)).hasToString(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"here", "http://", "ws://a:1", "a:1/b", "a:1//", "://a:1", ":1"})
  void nonsense(String text) {
    assertThatThrownBy(() -> Place.parse(text)).isInstanceOf(ConfigException.class);
  }

  @Test
  void oneHostHasSeveralNames() {
    var place = Place.parse("localhost:7400");
    assertThat(place.isAt(Address.of("127.0.0.1", 7400))).isTrue();
    assertThat(place.isAt(Address.of("LOCALHOST", 7400))).isTrue();
    assertThat(place.isAt(Address.of("127.0.0.1", 7401))).isFalse();
    assertThat(place.isAt(Address.of("127.0.0.2", 7400))).isFalse();
    assertThat(place.isAt(Address.of("no-such-host.invalid", 7400))).isFalse();
  }
}
