package io.sennit.node;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.RemoteException;
import io.sennit.core.Within;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.ManagerBuilder;
import io.sennit.grid.Reserved;
import io.sennit.grid.UnknownHandlerException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NodeTest {
  private static final Within SOON = within(Duration.ofSeconds(10));

  private static NodeBuilder builder() {
    return Node.builder().notRecorded();
  }

  /** Nodes that wait for {@link #meet}: a first dial that is refused is tried again only later. */
  private static NodeBuilder gated(ClusterKey key) {
    return builder().cluster("arena").key(key).grid(ManagerBuilder::gated);
  }

  private static Connection meet(Node a, Node b) {
    var toB = a.grid().add(b.host());
    a.grid().openGate();
    b.grid().openGate();
    toB.waitForConnect(SOON);
    return toB;
  }

  @Test
  void withoutAKeyItListensOnLoopbackOnly() {
    var beyond = builder().listen(Address.of("0.0.0.0", 0));
    assertThatThrownBy(beyond::start)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("loopback")
        .hasMessageContaining(ClusterKey.ENV);
    try (var node = builder().listen(Address.of("127.0.0.1", 0)).start()) {
      assertThat(node.address().port()).isPositive();
    }
  }

  @Test
  void twoNodesOfOneKeyCall() {
    var key = ClusterKey.random();
    try (var a = gated(key).start();
        var b = gated(key).join(a.address().toString()).start()) {
      b.grid().registerSingle(7, (request, caller) -> request);
      var toB = meet(a, b);
      assertThat(toB.call(7, new byte[] {1, 2})).containsExactly(1, 2);
    }
  }

  @Test
  void aPeerAnswersTheControlService() {
    var key = ClusterKey.random();
    try (var a = gated(key).start();
        var b = gated(key).join(a.address().toString()).start()) {
      var toB = meet(a, b);
      var info = Control.ask(toB, "info", Map.of(), SOON);
      assertThat(info.path("host").asText()).isEqualTo(b.host());
      assertThat(info.path("cluster").asText()).isEqualTo("arena");
      assertThat(info.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
      var grid = Control.ask(toB, "grid", Map.of(), SOON);
      assertThat(grid.path("connections").path(0).path("remote").asText()).isEqualTo(a.host());
      assertThat(grid.path("connections").path(0).path("state").asText()).isEqualTo("CONNECTED");
      assertThatThrownBy(() -> Control.ask(toB, "nonsense", Map.of(), SOON))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("grid, health, info, ")
          .hasMessageContaining(", verbs, watch]"); // and what strands serve
    }
  }

  @Test
  void theReservedHandlerIsNotForUsers() {
    try (var node = builder().start()) {
      assertThatThrownBy(
              () -> node.grid().registerSingle(Manager.RESERVED_HANDLER, (r, c) -> r, "mine"))
          .isInstanceOf(UnknownHandlerException.class)
          .hasMessageContaining("reserved");
      Reserved.of(node.grid()).serve("mine", (r, c) -> r, "sennit/mine").close();
    }
  }

  @Test
  void closingAgainIsHarmless() {
    var node = builder().start();
    node.close();
    node.close();
  }
}
