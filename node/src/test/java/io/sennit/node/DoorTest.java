package io.sennit.node;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sennit.core.ClusterKey;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.Within;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What commands reach through the door of a running process. */
@Timeout(60)
class DoorTest {
  private static final Within SOON = within(Duration.ofSeconds(10));
  private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

  private final ClusterKey key = ClusterKey.random();

  private Node node() {
    return Node.builder().cluster("arena").name("a").key(key).notRecorded().start();
  }

  private static Door enter(Node node, ClusterKey key) {
    return Door.open(node.address().toString(), Optional.of(key), Optional.empty(), SOON);
  }

  @Test
  void whoHasTheKeyMayAsk() {
    try (var node = node();
        var door = enter(node, key)) {
      var info = door.ask("info", Map.of(), SOON);
      assertThat(info.path("name").asText()).isEqualTo("a");
      assertThat(info.path("host").asText()).isEqualTo(node.host()).isEqualTo(door.host());
      assertThat(door.ask("grid", Map.of(), SOON).path("guests").asInt()).isEqualTo(1);
      door.close();
      Awaitility.await().until(() -> node.grid().guests() == 0);
    }
  }

  @Test
  void theVerbsAreListed() {
    try (var node = node();
        var door = enter(node, key)) {
      var verbs = new ArrayList<String>();
      for (var verb : door.ask("verbs", Map.of(), SOON)) {
        verbs.add(verb.path("verb").asText());
        assertThat(verb.path("about").asText()).isNotEmpty();
      }
      var own = List.of("grid", "health", "info", "verbs", "watch");
      var strands = node.health().parts().keySet();
      assertThat(verbs).isSorted().doesNotHaveDuplicates().containsAll(own);
      assertThat(verbs)
          .as("the node's own, and those of its strands")
          .allMatch(verb -> own.contains(verb) || strands.contains(verb.split("\\.", 2)[0]));
    }
  }

  @Test
  void aStreamEndsOrIsLeft() {
    try (var node = node();
        var door = enter(node, key)) {
      var items = new ArrayList<JsonNode>();
      var ask = JsonNodeFactory.instance.objectNode().put("every_ms", 100).put("count", 3);
      door.stream("watch", ask, Optional.empty(), items::add);
      assertThat(items).hasSize(3).allMatch(i -> i.path("guests").asInt() == 1);
      items.clear();
      door.stream("info", NOTHING, Optional.empty(), items::add);
      assertThat(items).hasSize(1);
      assertThatThrownBy(
              () ->
                  door.stream(
                      "watch",
                      ask.deepCopy().put("count", 0),
                      Optional.of(Duration.ofMillis(300)),
                      items::add))
          .isInstanceOf(DeadlineExceededException.class);
      assertThat(items).hasSizeGreaterThan(1);
    }
  }

  @Test
  void whatIsAskedWronglyIsSaidInWords() {
    try (var node = node();
        var door = enter(node, key)) {
      assertThatThrownBy(() -> door.stream("nonsense", NOTHING, Optional.empty(), i -> {}))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("no control verb 'nonsense'; there are [")
          .hasMessageContaining("grid, health, info, ")
          .hasMessageContaining("verbs, watch]");
      assertThatThrownBy(() -> door.ask("watch", Map.of(), SOON))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("answers with a stream");
      for (var bad : List.<Object>of(99, "x", 60_001)) {
        var ask = JsonNodeFactory.instance.objectNode().putPOJO("every_ms", bad);
        assertThatThrownBy(() -> door.stream("watch", ask, Optional.empty(), i -> {}))
            .isInstanceOf(RemoteException.class)
            .hasMessageContaining("a number from 100 to 60000")
            .hasMessageNotContaining("handler failed");
      }
    }
  }

  @Test
  void whyItStaysShutIsSaidAtOnce() throws Exception {
    try (var node = node()) {
      assertThatThrownBy(() -> enter(node, ClusterKey.random()))
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("refused")
          .hasMessageContaining("Its cluster key is another one");
      assertThatThrownBy(
              () -> Door.open(node.address().toString(), Optional.empty(), Optional.empty(), SOON))
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("It has a cluster key: give that in " + ClusterKey.ENV);
    }
    int free;
    try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      free = server.getLocalPort();
      // it listens and never says a word
      assertThatThrownBy(
              () ->
                  Door.open(
                      "127.0.0.1:" + free,
                      Optional.empty(),
                      Optional.empty(),
                      within(Duration.ofMillis(300))))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessageContaining("no answer from http://127.0.0.1:" + free);
    }
    assertThatThrownBy(
            () -> Door.open("127.0.0.1:" + free, Optional.empty(), Optional.empty(), SOON))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("nobody answers at http://127.0.0.1:" + free)
        .hasMessageContaining("Is it running?");
  }

  @Test
  void withoutAKeyLoopbackIsEnough() {
    try (var node = Node.builder().notRecorded().start();
        var door = Door.open(node.address().toString(), Optional.empty(), Optional.empty(), SOON)) {
      assertThat(door.ask("info", Map.of(), SOON).path("cluster").asText()).isEqualTo("sennit");
      // who has a key wants the other side's proof of it, too
      assertThatThrownBy(() -> enter(node, key))
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("another one, or it has none")
          .hasMessageContaining("or unset that");
    }
  }

  @Test
  void aFullHouseSaysSo() {
    try (var node = Node.builder().key(key).notRecorded().grid(b -> b.maxGuests(1)).start();
        var door = enter(node, key)) {
      assertThat(door.ask("info", Map.of(), SOON)).isNotEmpty();
      assertThatThrownBy(() -> enter(node, key))
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("too many guests: 1 are here")
          .hasMessageContaining("Wait until another command has ended");
    }
  }
}
