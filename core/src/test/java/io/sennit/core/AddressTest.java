package io.sennit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:7400,10.0.0.1:7400",
    "Node-A.Example.COM:1,node-a.example.com:1",
    "[::1]:7400,[::1]:7400",
    "[FE80::1%eth0]:65535,[fe80::1%eth0]:65535",
    "a:0,a:0",
    "[::ffff:1.2.3.4]:5,[::ffff:1.2.3.4]:5"
  })
  void textIsCanonicalAndComesBack(String text, String canonical) {
    var address = Address.parse(text);
    assertThat(address).hasToString(canonical);
    assertThat(Address.parse(canonical)).isEqualTo(address).hasSameHashCodeAs(address);
    assertThat(address.compareTo(Address.parse(canonical))).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "host:",
        ":7400",
        "host:65536",
        "host:123456",
        "host:-1",
        "host:+1",
        "host:1x",
        "::1:7400",
        "[::1]",
        "[]:1",
        "[::1:7400",
        "a b:1",
        "a/b:1",
        "user@host:1",
        "a:b:1",
        "[xyz::1]:1"
      })
  void anythingElseIsRefusedByName(String text) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Address.parse(text))
        .satisfies(e -> assertThat(e.key()).isEqualTo("address"));
  }

  @Test
  void hostsAreBounded() {
    assertThat(Address.of("h".repeat(253), 1).port()).isEqualTo(1);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Address.of("h".repeat(254), 1));
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Address.of("bücher", 1));
    assertThat(Address.of("h", 1).withPort(2)).isEqualTo(Address.of("h", 2));
  }
}
