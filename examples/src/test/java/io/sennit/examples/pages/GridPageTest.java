package io.sennit.examples.pages;

import static io.sennit.core.Within.within;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.payload.Mss;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Certificates;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the snippets of docs/grid.md. */
@Timeout(60)
class GridPageTest {
  private static final Address HERE = Address.of("127.0.0.1", 0);

  private final ClusterKey key = ClusterKey.random();

  @Test
  void theTenLineStart() {
    try (var server = GridPage.start(HERE, key);
        var client = GridPage.start(HERE, key)) {
      server.add(client.hostName());
      GridPage.serve(server);
      assertThat(GridPage.call(client, server.hostName())).isEqualTo(1234);
    }
  }

  @Test
  void inlineSubrouteAsyncAndOutcome() {
    try (var server = GridPage.start(HERE, key);
        var client = GridPage.start(HERE, key)) {
      var peer = connect(client, server);
      try (var inline = GridPage.serveInline(server)) {
        var answer = GridPage.PARAMETERS.call(peer, Mss.of(), within(ofSeconds(5)));
        assertThat(answer.get("you")).isEqualTo(client.hostName());
      }
      assertThat(GridPage.outcome(peer)).startsWith("ask someone else").contains("handler");
      try (var routed = GridPage.serveOnSubroute(server)) {
        assertThat(GridPage.callOnSubroute(peer).symbol()).isEqualTo("exchange/vienna:ABC");
      }
      GridPage.serve(server);
      assertThat(GridPage.callAsync(peer).join()).isEqualTo(1234L);
    }
  }

  @Test
  void boundsAndOriginalWire() {
    quotes(() -> GridPage.bounded(HERE, key));
    quotes(() -> GridPage.original(HERE, TestGrid.DEBUG));
  }

  @Test
  void tls(@TempDir Path folder) throws Exception {
    var authority = new Certificates(folder);
    var pair = authority.pair("node", "ip:127.0.0.1");
    quotes(() -> GridPage.secure(HERE, key, pair.chain(), pair.key(), authority.ca));
  }

  private static void quotes(Supplier<Manager> start) {
    try (var server = start.get();
        var client = start.get()) {
      var peer = connect(client, server);
      GridPage.serve(server);
      var tick = GridPage.QUOTE.call(peer, new GridPage.Ask("ABC"), within(ofSeconds(5)));
      assertThat(tick.cents()).isEqualTo(1234);
    }
  }

  private static Connection connect(Manager client, Manager server) {
    server.add(client.hostName());
    var peer = client.add(server.hostName());
    peer.waitForConnect(within(ofSeconds(20)));
    return peer;
  }
}
