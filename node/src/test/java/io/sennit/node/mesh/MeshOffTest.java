package io.sennit.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import io.sennit.node.Health;
import io.sennit.node.Node;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** A node that takes no part in the mesh. */
class MeshOffTest {
  @Test
  void itLeavesTheUdpPortAloneAndSaysWhatRuns() throws Exception {
    try (var node = Node.builder().notRecorded().set("mesh.enabled", "false").start()) {
      var at = new InetSocketAddress(node.address().host(), node.address().port());
      try (var socket = new DatagramSocket(at)) {
        assertThat(socket.getLocalPort()).isEqualTo(node.address().port());
      }
      assertThat(node.health().parts().get("mesh")).isEqualTo(Health.UP);
      assertThatThrownBy(node::mesh)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("a strand that runs here");
    }
  }
}
