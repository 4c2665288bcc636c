package io.sennit.cli.modules;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.Manager;
import io.sennit.grid.SingleHandler;
import io.sennit.node.Node;
import java.time.Duration;
import java.util.List;

/** An application whose Sennit is made of named modules; says which, and what a call answered. */
final class OnModulePath {
  /** What is asked; a record of an application that opens nothing to anybody. */
  record Ask(String text) {}

  private OnModulePath() {}

  @SuppressWarnings("SystemOut") // what the test reads
  public static void main(String... args) {
    for (var type : List.of(Fabric.class, Manager.class, Node.class)) {
      System.out.println(type.getModule());
    }
    var echo = SingleHandler.of("echo", 1, Codec.of(Ask.class), Codec.of(Ask.class));
    var key = ClusterKey.random();
    try (var client = start(key);
        var server = start(key)) {
      server.add(client.hostName());
      var peer = client.add(server.hostName());
      echo.serve(server, (ask, caller) -> new Ask(ask.text() + " too"));
      peer.waitForConnect(Within.within(Duration.ofSeconds(10)));
      System.out.println(echo.call(peer, new Ask("you")).text());
    }
  }

  private static Manager start(ClusterKey key) {
    return Manager.builder().listen(Address.of("127.0.0.1", 0)).key(key).start();
  }
}
