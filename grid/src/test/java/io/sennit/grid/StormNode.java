package io.sennit.grid;

import static io.sennit.core.Within.within;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.grid.engine.Insides;
import io.sennit.grid.testing.TestGrid;
import io.sennit.sim.rig.ParentWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * One process of a storm of processes. It says where it listens, works until the file {@code over}
 * appears, shows that every pair talks again, and says what is left when all has come to rest.
 */
final class StormNode {
  private static final int WORKERS = 3;
  private static final int PACE = 12;

  private final Path folder;
  private final long life;
  private final List<String> peers;
  private final Manager manager;
  private final GridWork does;

  private StormNode(Path folder, long life, List<String> hosts, int me, Ledger ledger) {
    this.folder = folder;
    this.life = life;
    this.peers = hosts.stream().filter(h -> !h.equals(hosts.get(me))).toList();
    var next = new AtomicLong(life << 32);
    this.does = new GridWork(ledger, StormNode::pass, next::incrementAndGet);
    this.manager =
        Manager.builder()
            .listen(Address.of("127.0.0.1", 0))
            .local(hosts.get(me))
            .auth(TestGrid.DEBUG)
            .extensions(me != 2) // two kinds of pairs
            .ping(Duration.ofMillis(500))
            .muxPing(Duration.ofSeconds(1))
            .maxMessage(1 << 20)
            .queueBytes(1 << 20)
            .window(64 << 10)
            .backoff(
                new io.sennit.core.loop.Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)),
                Duration.ofSeconds(5))
            .gated()
            .start();
    does.serve(manager);
    peers.forEach(manager::add);
  }

  /**
   * Runs one.
   *
   * @param args folder, number of this life, which of the hosts it is, the hosts
   */
  public static void main(String[] args) throws Exception {
    ParentWatch.install();
    var folder = Path.of(args[0]);
    long life = Long.parseLong(args[1]);
    var hosts = List.of(args).subList(3, args.length);
    try (var ledger = new FileLedger(folder.resolve("life-" + life))) {
      new StormNode(folder, life, hosts, Integer.parseInt(args[2]), ledger).run();
    }
  }

  private void run() throws InterruptedException {
    var port = manager.address().orElseThrow().port();
    System.out.println("life " + life + " listens at " + port);
    manager.openGate();
    var workers = new ArrayList<Thread>();
    for (int w = 0; w < WORKERS; w++) {
      var random = new SplittableRandom(life * 1_000_003 + w);
      workers.add(Thread.ofVirtual().name("worker").start(() -> work(random)));
    }
    for (var worker : workers) {
      worker.join();
    }
    for (var peer : peers) {
      var to = manager.connection(peer).orElseThrow();
      to.waitForConnect(within(Duration.ofSeconds(30)));
      until(() -> does.passes(to));
    }
    System.out.println("life " + life + " talks to all");
    until(() -> Files.exists(folder.resolve("rest")));
    until(
        () -> Insides.openThings(manager.engine()) == 0 && Insides.budgets(manager.engine()) == 0);
    System.out.println(
        "life "
            + life
            + " rests: open "
            + Insides.openThings(manager.engine())
            + ", budgets "
            + Insides.budgets(manager.engine())
            + ", malformed "
            + manager.protocolErrors()
            + ", calls "
            + does.calls()
            + ", streams "
            + does.streams());
    until(() -> Files.exists(folder.resolve("gone")));
    manager.close();
  }

  private static void pass(Duration time) throws InterruptedException {
    new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void work(SplittableRandom random) {
    while (!Files.exists(folder.resolve("over"))) {
      var to = manager.connection(peers.get(random.nextInt(peers.size()))).orElseThrow();
      int pause = PACE;
      try {
        does.turn(to, random);
      } catch (SennitException e) {
        pause = 5 * PACE;
      }
      try {
        pass(Duration.ofMillis(1 + random.nextInt(pause)));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        System.out.println(
            "life "
                + life
                + " finds no rest: open "
                + Insides.openThings(manager.engine())
                + ", budgets "
                + Insides.budgets(manager.engine()));
        Runtime.getRuntime().halt(3);
      }
      pass(Duration.ofMillis(20));
    }
  }
}
