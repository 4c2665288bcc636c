package io.sennit.grid.scripted;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.testing.TestGrid;
import io.sennit.sim.rig.JvmSpec;
import io.sennit.sim.rig.ProcessRig;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A server of 256 MiB beside peers that mean harm, each written from bytes: none of them ends it,
 * and 64 callers beside them go on without one failed call. {@code -Dsennit.long=true} lasts a
 * minute.
 */
@ExtendWith(Leaks.class)
@Timeout(180)
class HostilePeerIT {
  private static final int CALLERS = 64;
  private static final int KIB = 1 << 10;
  private static final Duration TIME =
      Duration.ofSeconds(Boolean.getBoolean("sennit.long") ? 60 : 8);
  private static final byte[] NONE = {};

  /** What a hostile peer does on one connection until it is thrown out. */
  @FunctionalInterface
  private interface Harm {
    /** Does some of it. */
    void more(RawPeer peer, long round) throws IOException;
  }

  private volatile boolean over;
  private final ConcurrentSkipListMap<String, AtomicLong> rounds = new ConcurrentSkipListMap<>();
  private final Queue<SennitException> failed = new ConcurrentLinkedQueue<>();
  private final AtomicLong calls = new AtomicLong();

  @Test
  @Row("G-received")
  void aServerSurvivesItsPeers() throws Exception {
    try (var rig = ProcessRig.open(1)) {
      var server =
          rig.start(
              JvmSpec.of("server", BesiegedServer.class.getName())
                  .withJvmArgs(
                      "-Xmx256m",
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-XX:+ExitOnOutOfMemoryError"));
      rig.watching(
          () -> {
            try {
              var host = server.awaitLine("listens as (.*)", Duration.ofSeconds(30)).group(1);
              besiege(host);
              assertThat(server.isAlive()).isTrue();
              server.kill();
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
    }
    System.out.println("hostile peers: " + new TreeMap<>(rounds) + ", calls " + calls);
    assertThat(failed).isEmpty();
    assertThat(calls.get()).isGreaterThan(CALLERS);
    assertThat(rounds).hasSize(9);
    assertThat(rounds.values()).allMatch(n -> n.get() > 0);
  }

  private void besiege(String host) throws Exception {
    var names = BesiegedServer.peers(host);
    var threads = new ArrayList<Thread>();
    try (var grid =
        Manager.builder()
            .local(names.getFirst())
            .auth(TestGrid.DEBUG)
            .hosts(List.of(host))
            .ping(Duration.ofSeconds(30))
            .start()) {
      var there = grid.connection(host).orElseThrow();
      there.waitForConnect(within(Duration.ofSeconds(20)));
      for (int i = 0; i < CALLERS; i++) {
        threads.add(Thread.ofVirtual().start(() -> work(there)));
      }
      int next = 1;
      for (var harm : harms().entrySet()) {
        var name = names.get(next++);
        threads.add(
            Thread.ofPlatform().start(() -> attack(host, name, harm.getKey(), harm.getValue())));
      }
      long end = System.nanoTime() + TIME.toNanos();
      while (System.nanoTime() < end && failed.isEmpty()) {
        there.call(BesiegedServer.ECHO, new byte[KIB], within(Duration.ofSeconds(30)));
      }
      over = true;
      for (var thread : threads) {
        thread.join();
      }
    }
  }

  private void work(Connection there) {
    var request = new byte[512];
    while (!over) {
      try {
        var answer = there.call(BesiegedServer.ECHO, request, within(Duration.ofSeconds(30)));
        assertThat(answer).hasSize(request.length);
        calls.incrementAndGet();
      } catch (SennitException e) {
        failed.add(e);
        return;
      }
    }
  }

  private static TreeMap<String, Harm> harms() {
    var all = new TreeMap<String, Harm>();
    all.put(
        "large requests to slow handlers",
        (peer, n) -> call(peer, n, BesiegedServer.SLOW, 64 * KIB));
    all.put("requests of megabytes", (peer, n) -> call(peer, n, BesiegedServer.SLOW, 8192 * KIB));
    all.put("answers unread", (peer, n) -> call(peer, n, BesiegedServer.ECHO, 256 * KIB));
    all.put("long error texts unread", (peer, n) -> call(peer, n, BesiegedServer.FAILS, 1));
    all.put("websocket pings", (peer, n) -> peer.frame(0x89, new byte[125], true));
    all.put("pings", (peer, n) -> peer.fast(Msg.bytes(0, 0, 0, 0, 3, 0, NONE)));
    all.put(
        "announced parts",
        (peer, n) -> peer.fast(Msg.bytes(n, 0, 16 << 20, 0, 32, 0, new byte[1])));
    all.put("parts of megabytes", HostilePeerIT::parts);
    all.put("colliding streams", HostilePeerIT::stream);
    return all;
  }

  private static void call(RawPeer peer, long n, int handler, int size) throws IOException {
    peer.fast(Msg.bytes(n, 0, 0, handler, 14, Msg.EOF, new byte[size]));
  }

  /** Half of each payload, again and again. */
  private static void parts(RawPeer peer, long n) throws IOException {
    for (int i = 0; i < 256; i++) {
      peer.fast(Msg.bytes(n, 0, i == 0 ? 16 << 20 : 0, 0, 32, 0, new byte[30 * KIB]));
    }
  }

  /** Opens ten thousand, and then sends to all of them what their credit allows, and more. */
  private static void stream(RawPeer peer, long n) throws IOException {
    long many = 10_000;
    long mux = (n % many) << 40 | 1;
    long seq = n / many;
    if (seq == 0) {
      peer.fast(Msg.bytes(mux, 0, 0, BesiegedServer.STREAM, 5, 0, NONE));
    } else {
      peer.fast(Msg.bytes(mux, seq, 0, 0, 9, 0, new byte[20 * KIB]));
    }
  }

  private void attack(String host, String name, String what, Harm harm) {
    var at = URI.create(host);
    var count = rounds.computeIfAbsent(what, w -> new AtomicLong());
    while (!over) {
      try (var peer =
          RawPeer.dial(
              new Address(at.getHost(), at.getPort()), RawPeer.rfc3339(Instant.now()), "debug")) {
        peer.frame(RawPeer.sennit(name, 15));
        peer.next(2);
        if (!what.endsWith("unread")) {
          peer.drop();
        }
        for (long n = 1; !over; n++) {
          harm.more(peer, n);
          count.incrementAndGet();
        }
      } catch (IOException e) {
        Thread.onSpinWait(); // thrown out: once more
      }
    }
  }
}
