package io.sennit.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The server's process: {@code open handler=… transport=…} and {@code usage}. */
final class ServerSession implements PeerSession {
  private final Peer peer;
  private final List<PeerServer> servers = new ArrayList<>();

  ServerSession(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String ready() {
    return PeerSession.describe(peer);
  }

  @Override
  public String answer(String command) throws Exception {
    Map<String, String> words = Load.words(command);
    if (command.startsWith("open ")) {
      PeerServer server =
          peer.serve(new Setup(Load.word(words, "handler"), Load.word(words, "transport")));
      servers.add(server);
      return new JsonLine().put("port", server.port()).toString();
    }
    if (command.equals("usage")) {
      Usage usage = Usage.now();
      return new JsonLine()
          .put("cpu_ns", usage.cpuNanos())
          .put("alloc", usage.allocatedBytes())
          .toString();
    }
    throw new IllegalArgumentException("unknown command: " + command);
  }

  @Override
  public void close() throws Exception {
    for (PeerServer server : servers) {
      server.close();
    }
  }
}
