package io.sennit.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.Address;
import io.sennit.node.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

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
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var json = new ObjectMapper();
    var orders = json.readTree(in.readLine());
    var node =
        Node.builder()
            .cluster("demo")
            .name("worker-" + orders.path("index").asInt())
            .keyFile(Path.of(orders.path("key_file").asText()))
            .listen(Address.of(LOOPBACK, orders.path("port").asInt()))
            .grid(DemoSettings::of)
            .start();
    var scope =
        new WorkerScope(node, orders.path("index").asInt(), Path.of(orders.path("data").asText()));
    chapters.forEach(c -> c.worker(scope));
    var greeting = json.createObjectNode();
    greeting.put("pid", ProcessHandle.current().pid()).put("host", node.host());
    System.out.println(greeting);
    System.out.flush();
    if ("go".equals(in.readLine())) {
      node.grid().add(orders.path("front").asText()); // who dials earlier is a stranger
    }
    endWith(in, node);
  }

  /** Ends the process at once when the front is gone, whatever its other threads are doing. */
  private static void endWith(BufferedReader in, Node node) {
    try {
      while (in.read() >= 0) {
        // nothing more is said
      }
    } catch (IOException e) {
      // the pipe broke: the same news
    }
    node.leaveRunDirectory();
    Runtime.getRuntime().halt(0);
  }
}
