package io.sennit.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.SystemOptions;
import io.sennit.node.Node;
import io.sennit.node.NodeBuilder;
import io.sennit.node.RunDirectory;
import io.sennit.sim.proxy.RoutedFabric;
import io.sennit.sim.proxy.Way;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A worker process. Its orders are one line of JSON on its input, the file of the cluster's key
 * among them; its greeting is one line on its output, and it ends when its input does.
 */
public final class WorkerMain {
  private static final String LOOPBACK = "127.0.0.1";

  private WorkerMain() {}

  /** With the chapters that are found. */
  public static void main(String[] args) throws Exception {
    run(DemoChapter.all());
  }

  /** With given chapters. */
  public static void run(List<DemoChapter> chapters) throws Exception {
    run(chapters, node -> node);
  }

  /** With given chapters, and a node to their taste. */
  public static void run(List<DemoChapter> chapters, UnaryOperator<NodeBuilder> taste)
      throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var json = new ObjectMapper();
    var orders = json.readTree(in.readLine());
    var data = Path.of(orders.path("data").asText());
    var routes = new RoutedFabric(Fabric.system(SystemOptions.defaults().withData(data)));
    var building =
        Node.builder()
            .fabric(routes)
            .cluster("demo")
            .name("worker-" + orders.path("index").asInt())
            .keyFile(Path.of(orders.path("key_file").asText()))
            .listen(Address.of(LOOPBACK, orders.path("port").asInt()))
            .grid(DemoSettings::of);
    RunDirectory.usual(System.getenv()).ifPresent(building::runDirectory);
    var node = taste.apply(building).start();
    HeapMeter.begin(new WorkerScope(node, routes, orders.path("index").asInt(), data), chapters);
    var greeting = json.createObjectNode();
    greeting.put("host", node.host()).put("life", node.incarnation().toString());
    System.out.println(greeting);
    System.out.flush();
    if ("go".equals(in.readLine())) {
      node.grid().add(orders.path("front").asText()); // who dials earlier is a stranger
    }
    endWith(in, node, routes);
  }

  /** Ends the process at once when the front is gone, whatever its other threads are doing. */
  private static void endWith(BufferedReader in, Node node, RoutedFabric routes) {
    try {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        meet(line, node, routes);
      }
    } catch (IOException | RuntimeException e) {
      System.err.println("the front said what cannot be done: " + e); // goes to the log
    }
    node.leaveRunDirectory();
    Runtime.getRuntime().halt(0);
  }

  /** Gets to know another worker: its host, and the proxies on the way to it. */
  private static void meet(String line, Node node, RoutedFabric routes) throws IOException {
    var peer = new ObjectMapper().readTree(line);
    var host = peer.path("peer").asText();
    routes.lead(
        address(host),
        new Way(
            Address.parse(peer.path("links").asText()),
            Address.parse(peer.path("packets").asText()),
            Address.parse(peer.path("packets_back").asText())));
    node.grid().add(host);
  }

  /** Of a host string. */
  static Address address(String host) {
    return Address.parse(host.substring(host.indexOf("://") + 3));
  }
}
