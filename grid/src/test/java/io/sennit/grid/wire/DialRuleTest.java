package io.sennit.grid.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.testkit.Row;
import org.junit.jupiter.api.Test;

/** Who dials whom. */
class DialRuleTest {
  @Test
  @Row("G-dial-rule")
  void theVectors() {
    vector("a", "b", 0xa873719c24d5735cL, 0xa7f09059a74517b4L, "b");
    vector(
        "http://a:9000",
        "http://b:9000",
        0x20a65cee8b4ded15L,
        0xe37944dba4825ba2L,
        "http://a:9000");
    vector(
        "http://127.0.0.1:9001",
        "http://127.0.0.1:9002",
        0x62071f0fcfb05e23L,
        0x7c99744902f7cb50L,
        "http://127.0.0.1:9001");
    vector(
        "https://n1:9000",
        "https://n2:9000",
        0xeb660ddc0a997a86L,
        0xabd906d3f9a9f31dL,
        "https://n2:9000");
  }

  private static void vector(String local, String remote, long h0, long h1, String dialer) {
    assertThat(Xxh3.hash(local + remote)).isEqualTo(h0);
    assertThat(Xxh3.hash(remote + local)).isEqualTo(h1);
    assertThat(DialRule.dials(local, remote)).isEqualTo(local.equals(dialer));
    assertThat(DialRule.dials(remote, local)).isEqualTo(remote.equals(dialer));
  }

  @Test
  @Row("G-T20")
  void thirtyFiveHostsDisagreeInOppositeDirections() {
    var hosts =
        "abcdefghijklmnopqrstuvwxyz123456789"
            .chars()
            .mapToObj(Character::toString)
            .toArray(String[]::new);
    assertThat(hosts).hasSize(35);
    for (var one : hosts) {
      int dials = 0;
      for (var other : hosts) {
        if (!one.equals(other)) {
          assertThat(DialRule.dials(one, other)).isNotEqualTo(DialRule.dials(other, one));
          dials += DialRule.dials(one, other) ? 1 : 0;
        }
      }
      assertThat(dials).as(one).isGreaterThanOrEqualTo(10);
    }
  }
}
