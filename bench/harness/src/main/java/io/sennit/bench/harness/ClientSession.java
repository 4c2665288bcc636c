package io.sennit.bench.harness;

import java.util.HashMap;
import java.util.Map;

/** The client's process: {@code connect handler=… transport=… port=…} and {@code run LOAD}. */
final class ClientSession implements PeerSession {
  private final Peer peer;
  private final Map<Setup, PeerClient> clients = new HashMap<>();

  ClientSession(Peer peer) {
    this.peer = peer;
  }

  @Override
  public String ready() {
    return PeerSession.describe(peer);
  }

  @Override
  public String answer(String command) throws Exception {
    Map<String, String> words = Load.words(command);
    if (command.startsWith("connect ")) {
      Setup setup = new Setup(Load.word(words, "handler"), Load.word(words, "transport"));
      clients.put(setup, peer.connect(setup, Integer.parseInt(Load.word(words, "port"))));
      return new JsonLine().put("connected", true).toString();
    }
    if (command.startsWith("run ")) {
      return run(Load.parse(words));
    }
    throw new IllegalArgumentException("unknown command: " + command);
  }

  private String run(Load load) throws Exception {
    PeerClient client = clients.get(load.setup());
    if (client == null) {
      throw new IllegalStateException("not connected: " + load.setup());
    }
    Driver driver = Driver.of(load);
    LoadResult result = driver.run(client, load);
    return new JsonLine()
        .put("window_ops", result.windowOps())
        .put("window_ns", result.windowNanos())
        .put("total_ops", result.totalOps())
        .put("p50_ns", result.p50Nanos())
        .put("p99_ns", result.p99Nanos())
        .put("cpu_ns", result.used().cpuNanos())
        .put("alloc", result.used().allocatedBytes())
        .toString();
  }

  @Override
  public void close() throws Exception {
    for (PeerClient client : clients.values()) {
      client.close();
    }
  }
}
