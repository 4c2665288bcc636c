package io.sennit.mesh.engine;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireWriter;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A few nodes send each other messages of all sizes while packets are lost, doubled, overtaken and
 * damaged, processes die and come back, some with a clock that went back, and somebody forges
 * packets. Then the weather ends, and what has become of each message is judged.
 */
final class TerminalStorm {
  private static final Duration BLOWS = Duration.ofSeconds(3);
  private static final int[] SIZES = {8, 40, 300, 1_280, 1_300, 1_400, 5_000, 20_000, 60_000};

  private final Simulation simulation;
  private final SplittableRandom random;
  private final TransportSettings settings;
  private final Secrets secrets =
      Secrets.derived(
          (purpose, bytes) -> java.util.Arrays.copyOf(Secrets.sha256(purpose.getBytes()), bytes),
          "storm");
  private final Map<String, Station> stations = new LinkedHashMap<>();
  private final Map<String, Long> lastLife = new LinkedHashMap<>();
  final Station.Journal journal = new Station.Journal();
  long restarts;
  long forged;
  Datagrams.@Nullable Socket attacker;
  private io.sennit.core.spi.@Nullable Loop attackerLoop;

  TerminalStorm(Simulation simulation, Set<Defect> defects) {
    this.simulation = simulation;
    this.random = new SplittableRandom(simulation.seed() * 31 + 7);
    var plain = TransportSettings.defaults();
    boolean small = defects.contains(Defect.ACKNOWLEDGED_WITHOUT_ROOM) || random.nextInt(4) == 0;
    this.settings =
        new TransportSettings(
            plain.retryInterval(),
            plain.retryTimeout(),
            true,
            random.nextInt(4) == 0 ? Duration.ofMillis(17) : Duration.ZERO,
            random.nextInt(5) == 0 ? 1200 : 1400,
            plain.idle(),
            plain.maxSessions(),
            plain.queueBytes(),
            plain.queueMessages(),
            small ? 100_000 : plain.reassemblyBytes(),
            defects);
  }

  private long clock() {
    return simulation.time().toNanos();
  }

  private void boot(Fabric fabric, String name) {
    long before = lastLife.getOrDefault(name, 1_000_000L);
    boolean clockWentBack = before > 1_000_000L && random.nextInt(3) == 0;
    long number = clockWentBack ? before - 500 : before + 1_000;
    lastLife.put(name, Math.max(before, number));
    if (stations.containsKey(name)) {
      restarts++;
    }
    stations.put(
        name,
        new Station(
            fabric,
            name,
            new Incarnation(number, random.nextLong()),
            settings,
            secrets,
            journal,
            this::clock));
  }

  private void attack(Fabric fabric) {
    var loop = fabric.loop();
    attackerLoop = loop;
    attacker = null;
    loop.execute(
        () ->
            fabric
                .datagrams()
                .bind(
                    loop,
                    Address.of("mallory", 7),
                    1400,
                    1 << 20,
                    new Datagrams.Handler() {
                      @Override
                      public void packet(Endpoint from, ByteBuf packet) {}

                      @Override
                      public void failed(SennitException why) {}
                    },
                    Done.of(socket -> attacker = socket, why -> {})));
  }

  private void forge() {
    var victims = new ArrayList<>(stations.keySet());
    forge(victims.get(random.nextInt(victims.size())));
  }

  private void forge(String name) {
    var socket = attacker;
    var victim = stations.get(name);
    if (socket == null || victim == null) {
      return;
    }
    var fabric = simulation.node("mallory");
    var loop = attackerLoop;
    if (loop == null) {
      return;
    }
    for (int session : victim.terminal.remoteSessions()) {
      var out = new WireWriter(40);
      new Packet.Reset(session, new byte[16]).write(out);
      forged++;
      loop.execute(
          () ->
              fabric
                  .names()
                  .resolve(
                      loop,
                      name + ":" + Station.PORT,
                      false,
                      Done.of(
                          all ->
                              socket.send(
                                  all.getFirst(),
                                  socket.packet().writeBytes(out.array(), 0, out.length())),
                          why -> {})));
    }
  }

  /** Plays it; what was wrong, empty if nothing was. */
  List<String> play() {
    int nodes = 2 + random.nextInt(3);
    for (int i = 0; i < nodes; i++) {
      var name = "n" + i;
      simulation.boot(name, fabric -> boot(fabric, name));
    }
    simulation.boot("mallory", this::attack);
    simulation.run(Duration.ofMillis(100));
    var weather =
        new Weather.Builder()
            .latency(50 + random.nextInt(5_000), random.nextInt(3_000))
            .packets(0.3 * random.nextDouble(), 0.05, 0.2 * random.nextDouble())
            .burst(0.004 * random.nextDouble(), 0.2, 0.9)
            .damage(0.01, 0.01)
            .partitions(4, 4)
            .processes(8, 40, 10)
            .build();
    simulation.beginStorm(weather, BLOWS);
    long end = clock() + BLOWS.toNanos();
    while (clock() < end) {
      for (int i = 0; i < 3; i++) {
        sendSomething();
      }
      if (random.nextInt(40) == 0) {
        forge();
      }
      simulation.run(Duration.ofMillis(1 + random.nextInt(30)));
    }
    simulation.run(Duration.ofMillis(50));
    return judge();
  }

  private void sendSomething() {
    var names = List.copyOf(stations.keySet());
    var from = names.get(random.nextInt(names.size()));
    var to = names.get(random.nextInt(names.size()));
    var station = stations.get(from);
    if (from.equals(to) || station == null || !station.bound) {
      return;
    }
    int length =
        random.nextInt(400) == 0
            ? 70_000 + random.nextInt(400_000)
            : SIZES[random.nextInt(SIZES.length)];
    station.send(to, 10_001 + random.nextInt(3), random.nextInt(4) != 0, length);
    if (random.nextInt(3) == 0) {
      journal.lossySent++;
      var envelope =
          new io.sennit.mesh.wire.Envelope.Command(9, 0, new byte[random.nextInt(3_000)]);
      station.loop.execute(
          () -> station.terminal.sendLossy(Address.of(to, Station.PORT), envelope.toBytes()));
    }
  }

  private List<String> judge() {
    var complaints = journal.complaints;
    boolean decided =
        simulation.runUntil(
            () -> journal.all.stream().allMatch(this::isOver), Duration.ofSeconds(45));
    if (!decided) {
      journal.all.stream()
          .filter(told -> !isOver(told))
          .limit(3)
          .forEach(told -> complaints.add("never decided: " + told));
    }
    // whoever was quarantined is looked for again within some seconds
    simulation.run(Duration.ofSeconds(12));
    var names = List.copyOf(stations.keySet());
    // the first word to a process that has restarted meanwhile is how its end is noticed
    var first = new ArrayList<Station.Told>();
    for (var from : names) {
      for (var to : names) {
        if (!from.equals(to)) {
          first.add(station(from).send(to, 10_009, false, 10));
        }
      }
    }
    simulation.runUntil(
        () -> first.stream().allMatch(told -> told.fateAt >= 0), Duration.ofSeconds(10));
    var late = new ArrayList<Station.Told>();
    for (var from : names) {
      for (var to : names) {
        if (!from.equals(to)) {
          for (int i = 0; i < 27; i++) {
            late.add(station(from).send(to, 10_001 + i % 3, i % 4 != 0, SIZES[i % SIZES.length]));
          }
        }
      }
    }
    if (!simulation.runUntil(
        () -> late.stream().allMatch(told -> told.fateAt >= 0), Duration.ofSeconds(20))) {
      complaints.add("after the storm some messages are never decided");
    }
    late.stream()
        .filter(told -> told.failed != null || told.receipts.isEmpty())
        .limit(3)
        .forEach(told -> complaints.add("after the storm not delivered: " + told));
    long resets = resetsTaken();
    names.forEach(this::forge);
    simulation.run(Duration.ofMillis(500));
    if (resetsTaken() != resets) {
      complaints.add("a forged reset ended a session");
    }
    journal.all.forEach(told -> judge(told, complaints));
    judgeOrder(complaints);
    for (var name : names) {
      long bytes = station(name).terminal.reassemblyBytes();
      if (simulation.runUntil(
              () -> station(name).terminal.reassemblyBytes() == 0, Duration.ofSeconds(10))
          != true) {
        complaints.add(name + " still holds " + bytes + " bytes");
      }
    }
    if (journal.lossyReceived > journal.lossySent) {
      complaints.add("unreliable messages arrived twice");
    }
    return complaints;
  }

  private long resetsTaken() {
    return stations.values().stream()
        .mapToLong(station -> station.terminal.counts().getOrDefault("resets_taken", 0L))
        .sum();
  }

  private Station station(String name) {
    var station = stations.get(name);
    if (station == null) {
      throw new AssertionError(name);
    }
    return station;
  }

  /** Decided, or its sender died. */
  private boolean isOver(Station.Told told) {
    return told.fateAt >= 0 || station(told.from).bornAt > told.sentAt;
  }

  private void judge(Station.Told told, List<String> complaints) {
    if (told.receipts.size() > 1) {
      complaints.add("received " + told.receipts.size() + " times: " + told);
    }
    if (told.fateAt < 0) {
      return; // its sender died
    }
    boolean receiverDied = station(told.to).bornAt > told.sentAt;
    if (told.failed == null && told.receipts.isEmpty() && !receiverDied) {
      complaints.add("delivered, but nobody received it: " + told);
    }
    if (told.failed == Outcome.DID_NOT_RUN && !told.receipts.isEmpty()) {
      complaints.add("it did not run, but was received: " + told);
    }
    for (var receipt : told.receipts) {
      if (told.failed == Outcome.UNKNOWN
          && receipt.bornAt() > told.sentAt
          && receipt.at() > told.fateAt) {
        complaints.add("a message for the last process reached the next one: " + told);
      }
    }
  }

  /** Within one life of both sides, ordered messages of a command arrive in the order sent. */
  private void judgeOrder(List<String> complaints) {
    var seen = new ArrayList<Object[]>();
    for (var told : journal.all) {
      if (told.ordered) {
        for (var receipt : told.receipts) {
          seen.add(new Object[] {told, receipt});
        }
      }
    }
    seen.sort(java.util.Comparator.comparingLong(pair -> ((Station.Receipt) pair[1]).at()));
    var last = new LinkedHashMap<String, Station.Told>();
    for (var pair : seen) {
      var told = (Station.Told) pair[0];
      var receipt = (Station.Receipt) pair[1];
      var line = told.from + told.senderLife + ">" + told.to + receipt.life() + told.command;
      var before = last.put(line, told);
      if (before != null && before.id > told.id && !receiptAt(before, receipt.at())) {
        complaints.add("out of order: " + told + " after " + before);
      }
    }
  }

  /** Two that came at the same instant have no order in this journal. */
  private static boolean receiptAt(Station.Told told, long at) {
    return told.receipts.stream().anyMatch(receipt -> receipt.at() == at);
  }

  static Set<Defect> none() {
    return EnumSet.noneOf(Defect.class);
  }
}
