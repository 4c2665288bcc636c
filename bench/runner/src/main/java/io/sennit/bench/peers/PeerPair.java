package io.sennit.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import io.sennit.bench.harness.Load;
import io.sennit.bench.harness.Setup;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Server and client of one system, in two processes that live as long as the run. */
public final class PeerPair implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration ASK = Duration.ofSeconds(15);

  private final String system;
  private final PeerProcess server;
  private final PeerProcess client;
  private final Set<Setup> open = new HashSet<>();
  private Set<String> works = Set.of();
  private Set<String> callers = Set.of();
  private Set<String> handlers = Set.of();
  private Set<String> transports = Set.of();

  /**
   * Starts both processes without waiting for them; {@link #await} does.
   *
   * @param peer what the module calls it
   * @param system what reports call it
   */
  public PeerPair(BenchHome home, JvmSettings settings, String module, String peer, String system)
      throws IOException {
    this.system = system;
    this.server = new PeerProcess(home, settings, module, peer, "server");
    try {
      this.client = new PeerProcess(home, settings, module, peer, "client");
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** The system's name. */
  public String system() {
    return system;
  }

  /** Whether both processes still run. */
  public boolean alive() {
    return server.alive() && client.alive();
  }

  /** The process of the server. */
  public long serverPid() {
    return server.pid();
  }

  /** The process of the client. */
  public long clientPid() {
    return client.pid();
  }

  /** Waits until both have said that they are ready. */
  public void await() throws IOException, InterruptedException {
    JsonNode said = server.ready(START);
    client.ready(START);
    works = words(said, "works");
    callers = words(said, "callers");
    handlers = words(said, "handlers");
    transports = words(said, "transports");
  }

  /** Whether this system can take such a load. */
  public boolean supports(Load load) {
    return works.contains(load.work())
        && callers.contains(load.caller())
        && handlers.contains(load.handler())
        && transports.contains(load.transport());
  }

  /** Runs one window. */
  public Sample run(Load load, @Nullable CpuWatch watch) throws IOException, InterruptedException {
    connect(load.setup());
    CpuWatch.Reading before = watch == null ? null : watch.read();
    JsonNode serverBefore = server.ask("usage", ASK);
    JsonNode result =
        client.ask("run " + load.command(), Duration.ofMillis(2L * load.millis()).plusSeconds(20));
    JsonNode serverAfter = server.ask("usage", ASK);
    Double foreign = watch == null || before == null ? null : watch.read().foreignSince(before);
    return sample(load, result, serverBefore, serverAfter, foreign);
  }

  private static Sample sample(
      Load load, JsonNode result, JsonNode before, JsonNode after, @Nullable Double foreign) {
    long ops = result.get("total_ops").asLong();
    // beside something big, what both cost cannot be told apart
    boolean shared = load.work().equals(Load.HOL) || load.work().equals(Load.HOL_MESSAGE);
    return new Sample(
        result.get("window_ops").asLong() * 1e9 / result.get("window_ns").asLong(),
        micros(result, "p50_ns"),
        micros(result, "p99_ns"),
        shared ? null : perOp("cpu_ns", result, before, after, ops, 1e3),
        shared ? null : perOp("alloc", result, before, after, ops, 1),
        foreign);
  }

  private static @Nullable Double perOp(
      String key, JsonNode client, JsonNode before, JsonNode after, long ops, double unit) {
    long total = client.get(key).asLong() + after.get(key).asLong() - before.get(key).asLong();
    return ops == 0 ? null : total / unit / ops;
  }

  private static @Nullable Double micros(JsonNode result, String key) {
    long nanos = result.get(key).asLong();
    return nanos < 0 ? null : nanos / 1e3;
  }

  private void connect(Setup setup) throws IOException, InterruptedException {
    if (!open.add(setup)) {
      return;
    }
    String words = "handler=" + setup.handler() + " transport=" + setup.transport();
    int port = server.ask("open " + words, ASK).get("port").asInt();
    client.ask("connect " + words + " port=" + port, ASK);
  }

  private static Set<String> words(JsonNode node, String key) {
    Set<String> words = new HashSet<>();
    node.get(key).forEach(word -> words.add(word.asText()));
    return words;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
