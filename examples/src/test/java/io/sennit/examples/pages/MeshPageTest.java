package io.sennit.examples.pages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.spi.Fabric;
import io.sennit.mesh.Mesh;
import io.sennit.mesh.MeshData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the snippet of docs/mesh.md. */
@Timeout(60)
class MeshPageTest {
  private final LinkedBlockingQueue<String> shown = new LinkedBlockingQueue<>();

  private void show(String text) {
    shown.add(text);
  }

  // snippet: mesh-start
  Mesh start(Fabric fabric, ClusterKey key, List<Address> others) {
    var mesh = Mesh.builder(fabric).cluster("arena").key(key).join(others).start();
    mesh.handleRpc(10_001, (data, sender) -> data);
    mesh.handleCommand(
        10_002,
        data -> {
          show(MeshData.getString(data, "text"));
          return null;
        });
    return mesh;
  }

  String talk(Mesh mesh, Address peer) {
    mesh.send(10_002, peer, Map.of("text", "restart at five"));
    return new String(mesh.sendRpc(10_001, peer, "hi".getBytes(UTF_8)), UTF_8);
  }

  // end

  @Test
  void theTenLineStart() throws Exception {
    var key = ClusterKey.random();
    try (var fabric = Fabric.system();
        var one = start(fabric, key, List.of());
        var other = start(fabric, key, List.of(one.address()))) {
      assertThat(talk(other, one.address())).isEqualTo("hi");
      assertThat(shown.poll(10, TimeUnit.SECONDS)).isEqualTo("restart at five");
    }
  }
}
