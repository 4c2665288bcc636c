package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.junit.Seeds;
import io.sennit.sim.proxy.Direction;
import io.sennit.sim.proxy.Disturbance;
import io.sennit.sim.proxy.TcpProxy;
import io.sennit.sim.rig.Jvm;
import io.sennit.sim.rig.JvmSpec;
import io.sennit.sim.rig.ProcessRig;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that call and stream to each other through proxies that make weather, while they
 * are killed, stopped and started anew. What each does it writes to a file beforehand; this process
 * judges by the files alone. {@code -Dsennit.long=true} blows for {@code
 * -Dsennit.process.minutes=5}; {@code -Dsennit.process.seed} repeats the same weather, as far as
 * processes do.
 */
@ExtendWith(Leaks.class)
class GridProcessIT {
  private static final int NODES = 3;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> KINDS =
      List.of(
          "cut",
          "half-close",
          "cut at a byte",
          "stop",
          "kill",
          "slices",
          "half-close",
          "cut at a byte",
          "black hole",
          "cut");
  private static final List<String> MUST =
      List.of("kills", "stops", "CUT", "CUT_INSIDE", "HALF_CLOSE", "BLACK_HOLE", "SLICE");

  @TempDir Path folder;

  private final List<TcpProxy> proxies = new ArrayList<>();
  private final List<Jvm> nodes = new ArrayList<>();
  private final List<Path> ledgers = new ArrayList<>();
  private final List<Long> killed = new ArrayList<>();
  private final List<Thread> starting = new ArrayList<>();
  private final Set<Long> up = ConcurrentHashMap.newKeySet();
  private final long[] lives = new long[NODES];
  private final TreeMap<String, Long> injected = new TreeMap<>();
  private long life;

  private static long seed() {
    return Long.getLong("sennit.process.seed", System.nanoTime() & 0xffff_ffffL);
  }

  private static Duration storm() {
    return Seeds.isLong()
        ? Duration.ofMinutes(Long.getLong("sennit.process.minutes", 5))
        : Duration.ofSeconds(20);
  }

  @Test
  @Timeout(value = 90, unit = TimeUnit.MINUTES)
  @Row({"G-process", "G-exactly-once", "G-truthful-outcome"})
  void processesAreKilledStoppedAndCutOff() throws Exception {
    long seed = seed();
    System.out.println("grid processes: seed " + seed + ", " + storm().toSeconds() + " s");
    var nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    try (var rig = ProcessRig.open(NODES)) {
      for (int i = 0; i < NODES; i++) {
        proxies.add(TcpProxy.to(nowhere, seed + i));
      }
      rig.watching(
          () -> {
            try {
              storm(rig, new SplittableRandom(seed));
              rest(rig);
            } catch (Exception e) {
              throw new AssertionError("seed " + seed, e);
            }
          });
    } finally {
      proxies.forEach(TcpProxy::close);
    }
    var judge = new Judge();
    FileLedger.tell(ledgers, judge);
    killed.forEach(judge::orphanedOf);
    for (var proxy : proxies) {
      proxy.injected().counts().forEach((what, n) -> injected.merge(what.name(), n, Long::sum));
    }
    System.out.println("grid processes: injected " + injected);
    judge.verdict();
    System.out.println("grid processes: checked " + judge.checked());
    for (var must : MUST) {
      assertThat(injected.getOrDefault(must, 0L)).as(must).isPositive();
    }
    assertThat(judge.checked().getOrDefault("failed UNKNOWN", 0L)).isPositive();
    assertThat(judge.checked().getOrDefault("failed DID_NOT_RUN", 0L)).isPositive();
  }

  // --- the weather

  private void storm(ProcessRig rig, SplittableRandom random) throws Exception {
    for (int i = 0; i < NODES; i++) {
      nodes.add(start(rig, i));
    }
    for (int i = 0; i < NODES; i++) {
      listens(i);
    }
    long end = System.nanoTime() + storm().toNanos();
    // Each kind comes up in its turn, so that even a short storm has all of them.
    for (int turn = 0; System.nanoTime() < end; turn++) {
      pass(random.nextInt(100, 600)); // some fair weather, in which work gets done
      var kind = KINDS.get(turn % KINDS.size());
      strike(rig, kind, random);
    }
    proxies.forEach(TcpProxy::heal);
    for (var one : starting) {
      one.join();
    }
  }

  /** A node that is up; null if none is. */
  private @Nullable Integer victim(SplittableRandom random) {
    var ready = IntStream.range(0, NODES).filter(i -> up.contains(lives[i])).boxed().toList();
    return ready.isEmpty() ? null : ready.get(random.nextInt(ready.size()));
  }

  /** A proxy that carries something: whom nobody dials, nobody can be cut off from. */
  private TcpProxy busy(SplittableRandom random) {
    var some = proxies.stream().filter(p -> p.connections() > 0).toList();
    return some.isEmpty() ? proxies.getFirst() : some.get(random.nextInt(some.size()));
  }

  private void strike(ProcessRig rig, String kind, SplittableRandom random) throws Exception {
    var proxy = busy(random);
    switch (kind) {
      case "kill" -> {
        var victim = victim(random);
        if (victim != null) {
          nodes.get(victim).kill();
          killed.add(lives[victim]);
          injected.merge("kills", 1L, Long::sum);
          nodes.set(victim, start(rig, victim));
          starting.add(Thread.ofVirtual().start(() -> listens(victim)));
        }
      }
      case "stop" -> {
        var victim = victim(random);
        if (victim != null) {
          nodes.get(victim).pause();
          pass(random.nextInt(50, 1_800));
          nodes.get(victim).resume();
          injected.merge("stops", 1L, Long::sum);
        }
      }
      case "cut" -> proxy.set(new Disturbance.Cut());
      case "cut at a byte" -> {
        for (int i = 0; i < 6; i++) {
          var way = Direction.values()[random.nextInt(2)];
          proxy.set(way, new Disturbance.CutAfter(random.nextLong(1L << random.nextInt(4, 18))));
          pass(random.nextInt(20, 150));
        }
        proxy.lift(Disturbance.CutAfter.class);
      }
      case "half-close" ->
          proxy.set(Direction.values()[random.nextInt(2)], new Disturbance.HalfClose());
      case "black hole" -> {
        proxy.set(Direction.values()[random.nextInt(2)], new Disturbance.BlackHole());
        pass(random.nextInt(50, 1_400));
        proxy.lift(Disturbance.BlackHole.class);
      }
      case "slices" -> {
        proxy.set(new Disturbance.Slice(random.nextInt(1, 2_000)));
        proxy.set(
            new Disturbance.Latency(
                Duration.ofMillis(random.nextInt(5)), Duration.ofMillis(random.nextInt(10))));
        pass(random.nextInt(100, 400));
        proxy.lift(Disturbance.Slice.class);
        proxy.lift(Disturbance.Latency.class);
      }
      default -> throw new AssertionError(kind);
    }
  }

  /** The weather's own time: nothing is waited for. */
  private static void pass(int millis) throws InterruptedException {
    new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  private Jvm start(ProcessRig rig, int node) {
    lives[node] = ++life;
    ledgers.add(folder.resolve("life-" + life));
    var args = new ArrayList<String>(List.of(folder.toString(), "" + life, "" + node));
    for (var proxy : proxies) {
      args.add("http://127.0.0.1:" + proxy.address().getPort());
    }
    return rig.start(
        JvmSpec.of("node-" + node, StormNode.class.getName())
            .withJvmArgs("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
            .withArgs(args.toArray(new String[0])));
  }

  private void listens(int node) {
    long which = lives[node];
    var said = nodes.get(node).awaitLine("listens at ([0-9]+)", SOON);
    proxies
        .get(node)
        .moveTo(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(said.group(1))));
    up.add(which);
  }

  // --- the end

  private void rest(ProcessRig rig) throws Exception {
    Files.createFile(folder.resolve("over"));
    for (var node : nodes) {
      node.awaitLine("talks to all", SOON.multipliedBy(3));
    }
    Files.createFile(folder.resolve("rest"));
    for (var node : nodes) {
      var rests = node.awaitLine("rests: (.*)", SOON.multipliedBy(2)).group(1);
      System.out.println("grid processes: " + node + ": " + rests);
      assertThat(rests).startsWith("open 0, budgets 0, malformed 0,");
    }
    Files.createFile(folder.resolve("gone"));
    for (var node : nodes) {
      assertThat(node.awaitExit(SOON)).isZero();
    }
    assertThat(rig.running()).isEmpty();
  }
}
