package io.sennit.grid.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.RejectedException;
import io.sennit.testkit.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a proof covers, and which keys make it. */
@Row({"G-proof", "G-cluster-key"})
class ClusterProofTest {
  private final ClusterKey one = ClusterKey.random();
  private final ClusterKey other = ClusterKey.random();
  private final ClusterProof mine = new ClusterProof(List.of(one));
  private final ClusterProof both = new ClusterProof(List.of(other, one));

  @Test
  void aProofIsOfOneRoleAndOfEverythingThatWasSaid() {
    var connect = new byte[] {1, 2};
    var answer = new byte[] {3};
    var proof = mine.acceptor(mine.keyId(), connect, answer);
    assertThat(both.acceptor(mine.keyId(), connect, answer)).isEqualTo(proof);
    assertThat(mine.dialer(mine.keyId(), connect, answer)).isNotEqualTo(proof);
    assertThat(both.acceptor(both.keyId(), connect, answer)).isNotEqualTo(proof);
    assertThat(mine.acceptor(mine.keyId(), new byte[] {1}, new byte[] {2, 3})).isNotEqualTo(proof);
    assertThat(mine.acceptor(mine.keyId(), new byte[] {1, 3}, answer)).isNotEqualTo(proof);
    assertThat(ClusterProof.same(proof, proof.clone())).isTrue();
    assertThat(ClusterProof.same(proof, new byte[0])).isFalse();
  }

  @Test
  void aTokenIsOfOneMoment() {
    var token = mine.token("1700000000000000000");
    mine.checkToken(token, "1700000000000000000");
    both.checkToken(token, "1700000000000000000");
    refused(mine, token, "1700000000000000001");
    refused(mine, both.token("5"), "5");
    refused(mine, "", "5");
    refused(mine, token + "x", "1700000000000000000");
  }

  private static void refused(ClusterProof by, String token, String time) {
    assertThatThrownBy(() -> by.checkToken(token, time)).isInstanceOf(RejectedException.class);
  }

  @Test
  void keysAreKnownByTheirIds() {
    assertThat(mine.keyId()).matches("[0-9a-f]{8}");
    assertThat(both.knows(mine.keyId())).isTrue();
    assertThat(mine.knows(both.keyId())).isFalse();
    assertThat(mine.knows("")).isFalse();
    assertThatThrownBy(() -> new ClusterProof(List.of(one, other, one)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("each key once");
  }
}
