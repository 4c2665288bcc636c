package io.sennit.causal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.junit.Seeds;
import io.sennit.sim.rig.Jvm;
import io.sennit.sim.rig.JvmSpec;
import io.sennit.sim.rig.ProcessRig;
import io.sennit.testkit.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes of one group under load, one of them killed every second or two. This process
 * judges: by what they said over sockets before and after each publication, and by the order in
 * which their durable states hold the operations; it knows nothing of the group's clocks. {@code
 * -Dsennit.long=true} goes on for {@code -Dsennit.process.minutes=5}.
 */
class CausalProcessIT {
  private static final int MEMBERS = 3;

  @TempDir Path folder;

  private final Set<String> published = ConcurrentHashMap.newKeySet();
  private final Map<String, String> durable = new ConcurrentHashMap<>(); // with its dot
  private final Set<String> didNotRun = ConcurrentHashMap.newKeySet();
  private final Map<String, List<String>> dumps = new ConcurrentHashMap<>(); // by question, member

  private static Duration storm() {
    return Seeds.isLong()
        ? Duration.ofMinutes(Long.getLong("sennit.process.minutes", 5))
        : Duration.ofSeconds(15);
  }

  private void listen(Socket from) {
    try (from;
        var in =
            new BufferedReader(
                new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        hear(line);
      }
    } catch (IOException e) {
      // it was killed: what it had said counts
    }
  }

  private void hear(String line) {
    var words = line.split(" ", 4);
    switch (words[0]) {
      case "P" -> published.add(words[1]);
      case "A" -> durable.put(words[1], words[2]);
      case "F" -> {
        if (words[2].equals("DID_NOT_RUN")) {
          didNotRun.add(words[1]);
        }
      }
      case "D" ->
          dumps.put(
              words[2] + " " + words[1],
              words[3].isEmpty() ? List.of() : List.of(words[3].split(";", -1)));
      default -> throw new AssertionError(line);
    }
  }

  private static List<Integer> freePorts() throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    var ports = new ArrayList<Integer>();
    for (int i = 0; i < MEMBERS; i++) {
      var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (var socket : sockets) {
      socket.close();
    }
    return ports;
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  @Row({"C-processes", "C-exactly-once", "C-no-loss", "C-causal-order"})
  void nothingIsLostOrDoubledUnderKills() throws Exception {
    long seed = Long.getLong("sennit.process.seed", System.nanoTime() & 0xffff_ffffL);
    System.out.println("causal processes, seed " + seed);
    var random = new SplittableRandom(seed);
    try (var judge = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var rig = ProcessRig.open(MEMBERS)) {
      var accepting = Thread.ofVirtual().start(() -> accept(judge));
      var ports = freePorts();
      var jvms = new ArrayList<Jvm>();
      for (int i = 0; i < MEMBERS; i++) {
        jvms.add(rig.start(spec(i, judge.getLocalPort(), ports)));
      }
      rig.watching(() -> run(rig, jvms, random));
      rig.close();
      rig.assertAllGone();
      judge.close();
      accepting.join();
    }
  }

  private void accept(ServerSocket judge) {
    while (true) {
      Socket from;
      try {
        from = judge.accept();
      } catch (IOException e) {
        return; // closed
      }
      Thread.ofVirtual().start(() -> listen(from));
    }
  }

  private JvmSpec spec(int me, int judge, List<Integer> ports) {
    var args = new ArrayList<String>();
    args.addAll(List.of(folder.toString(), "" + judge, "" + me));
    ports.forEach(port -> args.add("" + port));
    return JvmSpec.of("m" + me, ProcessMember.class.getName())
        .withArgs(args.toArray(new String[0]))
        .withJvmArgs("-XX:TieredStopAtLevel=1");
  }

  private void run(ProcessRig rig, List<Jvm> jvms, SplittableRandom random) {
    try {
      for (var jvm : jvms) {
        jvm.awaitLine("begins", ProcessMember.PATIENCE);
      }
      until("everyone to publish", () -> lives(durable.keySet()) == MEMBERS);
      int kills = 0;
      long end = System.nanoTime() + storm().toNanos();
      while (System.nanoTime() < end || kills < 3) {
        pass(1_000 + random.nextInt(1_000));
        int victim = random.nextInt(MEMBERS);
        jvms.get(victim).kill();
        pass(random.nextInt(500));
        jvms.set(victim, rig.restart(jvms.get(victim)));
        jvms.get(victim).awaitLine("begins", ProcessMember.PATIENCE);
        kills++;
      }
      int before = durable.size();
      until("publishing after the kills", () -> durable.size() > before);
      Files.createFile(folder.resolve("over"));
      var first = converged("while they ran");
      for (int i = 0; i < MEMBERS; i++) {
        jvms.get(i).kill();
      }
      for (int i = 0; i < MEMBERS; i++) {
        jvms.set(i, rig.restart(jvms.get(i)));
      }
      var again = converged("after all were killed");
      assertThat(again).isEqualTo(first);
      System.out.println(
          "kills "
              + (kills + MEMBERS)
              + ", lives "
              + lives(published)
              + ", published "
              + published.size()
              + ", durable "
              + durable.size()
              + ", applied everywhere "
              + first.getOrDefault("m0", List.of()).size());
      Files.createFile(folder.resolve("gone"));
      for (var jvm : jvms) {
        assertThat(jvm.awaitExit(ProcessMember.PATIENCE)).isZero();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long lives(Set<String> names) {
    return names.stream().map(name -> name.substring(0, name.lastIndexOf('-'))).distinct().count();
  }

  /** Asks for their states until all have the same, and judges them. */
  private Map<String, List<String>> converged(String when) throws IOException {
    var question = new int[1];
    var states = new TreeMap<String, List<String>>();
    until(
        "the same everywhere " + when,
        () -> {
          states.clear();
          var asked = when.replace(' ', '_') + question[0];
          for (int i = 0; i < MEMBERS; i++) {
            var dump = dumps.get(asked + " m" + i);
            if (dump != null) {
              states.put("m" + i, dump);
            }
          }
          if (states.size() == MEMBERS) {
            var sets = states.values().stream().map(HashSet::new).distinct().count();
            var all = new HashSet<>(names(states.getOrDefault("m0", List.of())));
            if (sets == 1 && all.containsAll(durable.keySet())) {
              return true;
            }
          }
          if (states.size() == MEMBERS || question[0] == 0) {
            question[0]++;
            write(when.replace(' ', '_') + question[0]);
          }
          return false;
        });
    states.forEach(this::judge);
    return new TreeMap<>(states);
  }

  private void write(String question) {
    try {
      var fresh = folder.resolve("dump.new");
      Files.writeString(fresh, question);
      Files.move(fresh, folder.resolve("dump"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> names(List<String> operations) {
    return operations.stream().map(op -> op.substring(0, op.indexOf(' '))).toList();
  }

  private void judge(String member, List<String> operations) {
    var seen = new HashSet<String>();
    int causes = 0;
    for (var operation : operations) {
      var parts = operation.split(" ", 2);
      var name = parts[0];
      must(published.contains(name), name, "was never published", member);
      must(!didNotRun.contains(name), name, "was said not to have run", member);
      must(seen.add(name), name, "is applied twice", member);
      for (var cause : Arrays.stream(parts[1].split(",")).filter(c -> !c.isEmpty()).toList()) {
        must(seen.contains(cause), name, "comes before its cause " + cause, member);
        causes++;
      }
    }
    for (var name : durable.keySet()) {
      must(seen.contains(name), name, "was durable and is lost", member);
    }
    assertThat(new HashSet<>(durable.values())).as("dots").hasSize(durable.size());
    assertThat(causes).as("causes checked").isPositive();
  }

  private static void must(boolean right, String name, String wrong, String member) {
    if (!right) {
      throw new AssertionError(name + " " + wrong + ", at " + member);
    }
  }

  private static void until(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(ProcessMember.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(condition);
  }

  private static void pass(int millis) {
    try {
      var unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
