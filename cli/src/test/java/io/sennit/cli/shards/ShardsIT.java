package io.sennit.cli.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.cli.CommandProcess;
import io.sennit.core.ClusterKey;
import io.sennit.sim.rig.JvmSpec;
import io.sennit.sim.rig.ProcessRig;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An orchestrator and three nodes as processes, judged by a sink that is another process. */
@Timeout(180)
class ShardsIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Pattern AT = Pattern.compile("http://(127\\.0\\.0\\.1:\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;
  private final String key = ClusterKey.random().toHex();
  private final Map<String, String> environment = Map.of("SENNIT_CLUSTER_KEY", key);
  private String at = "";
  private int sinkPort;

  private CommandProcess orchestrator(String listen) throws Exception {
    var made =
        CommandProcess.start(
            dir,
            environment,
            "orchestrator",
            "--shards",
            "rooms:" + RoomsWorker.TOTAL,
            "--data",
            dir.resolve("data").toString(),
            "--listen",
            listen,
            "--set",
            "cluster=arena",
            "--set",
            "shards.settle=4 s",
            "--set",
            "shards.beat=200 ms",
            "--set",
            "shards.lease=1500 ms",
            "--set",
            "shards.take-over=2500 ms");
    var found = AT.matcher(made.line());
    assertThat(found.find()).isTrue();
    at = found.group(1);
    return made;
  }

  private CommandProcess.Result shards(String... arguments) throws Exception {
    var all = new String[arguments.length + 3];
    all[0] = "shards";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--at";
    all[all.length - 1] = at;
    return CommandProcess.run(dir, environment, all);
  }

  private JsonNode status() throws Exception {
    var result = shards("status", "--json");
    return result.exit() == 0 ? JSON.readTree(result.out()) : JSON.createObjectNode();
  }

  private void awaitRunning(String node, boolean there) {
    await()
        .atMost(LONG)
        .until(
            () -> {
              var status = status();
              boolean has = false;
              for (var shard : status.path("shards")) {
                has |= shard.path("node").asText().equals(node);
              }
              return status.path("running").asInt() == RoomsWorker.TOTAL && has == there;
            });
  }

  /** Accepted, refused, wrong, begun anew, longest gap in ms, what was wrong first. */
  private String[] report() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), sinkPort);
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.getOutputStream().write("report\n".getBytes(StandardCharsets.US_ASCII));
      return in.readLine().split(" ", -1);
    }
  }

  private void awaitActs(long more) throws Exception {
    long before = Long.parseLong(report()[0]);
    await().atMost(LONG).until(() -> Long.parseLong(report()[0]) >= before + more);
  }

  private JvmSpec worker(String name, String orchestrator, int sink) {
    return JvmSpec.of(name, RoomsWorker.class.getName())
        .withJvmArgs("-ea")
        .withEnv("SENNIT_CLUSTER_KEY", key)
        .withArgs(name, orchestrator, String.valueOf(sink));
  }

  @Test
  void placedMovedKilledStoppedAndUpgraded() throws Exception {
    try (var rig = ProcessRig.open(6)) {
      var sink = rig.start(JvmSpec.of("sink", SinkMain.class.getName()));
      sinkPort = Integer.parseInt(sink.awaitLine("sink listens at (\\d+)", LONG).group(1));
      var orchestrator = orchestrator("127.0.0.1:0");
      try {
        var n1 = rig.start(worker("n1", at, sinkPort));
        var n2 = rig.start(worker("n2", at, sinkPort));
        var n3 = rig.start(worker("n3", at, sinkPort));
        for (var name : new String[] {"n1", "n2", "n3"}) {
          awaitRunning(name, true); // each has some of them
        }
        awaitActs(100);

        moveTwice();
        awaitActs(100);
        assertThat(report()[2]).as(report()[5]).isEqualTo("0");
        assertThat(report()[3]).as("shards begun anew").isEqualTo("0");

        orchestrator.process().destroyForcibly().waitFor();
        awaitActs(50); // nodes go on within their leases
        orchestrator.close();
        orchestrator = orchestrator(at);
        awaitRunning("n1", true);
        awaitActs(100);
        assertThat(report()[3]).as("shards begun anew").isEqualTo("0");

        n2.pause();
        awaitRunning("n2", false);
        n2.resume();
        awaitActs(100);
        n3.kill();
        awaitRunning("n3", false);
        awaitActs(100);
        assertThat(report()[2]).as(report()[5]).isEqualTo("0");
        assertThat(Long.parseLong(report()[4])).as("longest gap").isLessThan(20_000);

        // a planned end moves what is there, with its state
        var anew = report()[3];
        var next = rig.start(worker("n4", at, sinkPort));
        var unused = next.awaitLine("listens", LONG);
        await().atMost(LONG).until(() -> status().toString().contains("\"n4\""));
        n1.terminate();
        awaitRunning("n1", false);
        awaitActs(100);
        assertThat(report()[3]).as("shards begun anew").isEqualTo(anew);
        assertThat(report()[2]).as(report()[5]).isEqualTo("0");
        System.out.println("sink: " + String.join(" ", report()));
      } catch (AssertionError | Exception e) {
        System.err.println(rig.logs() + orchestrator.errors() + shards("log").out());
        throw e;
      } finally {
        orchestrator.close();
      }
    }
  }

  private void moveTwice() throws Exception {
    for (int round = 0; round < 2; round++) {
      var from = status().path("shards").path(0).path("node").asText();
      var to = from.equals("n1") ? "n2" : "n1";
      var moved = shards("migrate", "0", to);
      assertThat(moved.exit()).as(moved.err() + moved.out()).isZero();
      assertThat(moved.out()).startsWith("shard 0 runs on " + to + ":").contains("dark for");
      System.out.print(moved.out());
    }
    var same = shards("migrate", "0", status().path("shards").path(0).path("node").asText());
    assertThat(same.exit()).isEqualTo(1);
    assertThat(same.err()).contains("already");
    var nowhere = shards("migrate", "99", "n1");
    assertThat(nowhere.exit()).isEqualTo(1);
    assertThat(nowhere.err()).contains("shard 99 is not from 0 to 5");
  }
}
