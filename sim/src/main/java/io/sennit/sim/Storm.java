package io.sennit.sim;

import io.sennit.sim.Injected.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Makes things go wrong at random moments until its end. */
final class Storm {
  private static final double NANOS_PER_MINUTE = 60e9;
  private static final long SECOND = 1_000_000_000L;
  private static final long SHORTEST_NANOS = 100_000_000L;
  private static final long AIM_NANOS = 2 * SECOND; // how long a cut waits for bytes to hit
  private static final double AIMED = 0.75; // share of cuts and kills aimed at bytes on their way
  private static final double SLOWEST = 1_000; // times as long as usual

  private final Simulation simulation;
  private final Faults faults;
  private final Weather weather;
  private final long end;
  private final SplittableRandom random;
  private int gone;

  Storm(Simulation simulation, Weather weather, long end, SplittableRandom random) {
    this.simulation = simulation;
    this.faults = simulation.faults();
    this.weather = weather;
    this.end = end;
    this.random = random;
  }

  void begin() {
    often(Kind.CUT, this::reset);
    often(Kind.HALF_CLOSE, this::halfClose);
    often(Kind.BLACK_HOLE, this::blackHole);
    often(Kind.PARTITION, this::partition);
    often(Kind.ISOLATION, () -> healLater(Kind.ISOLATION, faults.isolate(node())));
    often(Kind.CLOG, () -> onPair((a, b) -> healLater(Kind.CLOG, faults.clog(a, b))));
    often(Kind.REFUSED, () -> onPair(this::refuse));
    often(Kind.PAUSE, () -> healLater(Kind.PAUSE, faults.pause(node())));
    often(Kind.SLOW, () -> healLater(Kind.SLOW, faults.slow(node(), slowness())));
    often(Kind.KILL, () -> die(Kind.KILL));
    often(Kind.POWER_CUT, () -> die(Kind.POWER_CUT));
    often(Kind.GONE, this::goForEver);
    often(Kind.FULL_DISK, () -> healLater(Kind.FULL_DISK, faults.fillDisk(node())));
    often(Kind.SLOW_DISK, () -> healLater(Kind.SLOW_DISK, faults.slowDisk(node(), slowness())));
    often(Kind.FAILED_DISK, () -> healLater(Kind.FAILED_DISK, faults.failDisk(node())));
    often(Kind.LYING_DISK, () -> healLater(Kind.LYING_DISK, faults.lieAboutSync(node())));
    often(Kind.NAME_TROUBLE, this::nameTrouble);
    often(Kind.CLOCK_STEP, this::stepClock);
    if (weather.driftPpm() > 0) {
      for (var node : simulation.nodes()) {
        faults.driftClock(node, random.nextInt(-weather.driftPpm(), weather.driftPpm() + 1));
      }
    }
  }

  private void often(Kind kind, Runnable what) {
    double perMinute = weather.perMinute(kind);
    if (perMinute > 0) {
      again(perMinute, what);
    }
  }

  private void again(double perMinute, Runnable what) {
    // StrictMath: the same on every machine
    double wait = -StrictMath.log(1 - random.nextDouble()) * NANOS_PER_MINUTE / perMinute;
    long at = simulation.now() + (long) wait;
    if (at < end) {
      simulation.at(
          Event.of(
              null,
              () -> {
                if (simulation.nodes().size() > 1) {
                  what.run();
                }
                again(perMinute, what);
              }),
          at);
    }
  }

  /** Heals after a time that is short more often than long. */
  private void healLater(Kind kind, Fault fault) {
    double share = random.nextDouble();
    long most = weather.longest(kind).toNanos();
    long nanos = SHORTEST_NANOS + (long) (share * share * share * most);
    simulation.after(Event.of(null, fault::heal), nanos);
  }

  private String node() {
    var nodes = simulation.nodes();
    return nodes.get(random.nextInt(nodes.size()));
  }

  private String other(String than) {
    var nodes = new ArrayList<>(simulation.nodes());
    nodes.remove(than);
    return nodes.get(random.nextInt(nodes.size()));
  }

  private interface OnPair {
    void happen(String from, String to);
  }

  private void onPair(OnPair what) {
    String a = node();
    what.happen(a, other(a));
  }

  private boolean isAimed() {
    return random.nextDouble() < AIMED;
  }

  private void reset() {
    var connections = simulation.network().connections();
    if (connections.isEmpty()) {
      return;
    }
    var victim = connections.get(random.nextInt(connections.size()));
    if (isAimed()) {
      victim.cutInside(random.nextBoolean(), AIM_NANOS);
    } else {
      victim.cut();
    }
  }

  private void halfClose() {
    var connections = simulation.network().connections();
    if (!connections.isEmpty()) {
      connections.get(random.nextInt(connections.size())).halfClose(random.nextBoolean());
    }
  }

  private void blackHole() {
    onPair(
        (a, b) ->
            healLater(
                Kind.BLACK_HOLE, random.nextBoolean() ? faults.cut(a, b) : faults.cutOneWay(a, b)));
  }

  private void refuse(String from, String to) {
    healLater(Kind.REFUSED, random.nextBoolean() ? faults.refuse(from, to) : faults.hang(from, to));
  }

  private void partition() {
    var one = new TreeSet<String>();
    var two = new TreeSet<String>();
    for (var node : simulation.nodes()) {
      (random.nextBoolean() ? one : two).add(node);
    }
    if (one.isEmpty() || two.isEmpty()) {
      String alone = node();
      one.addAll(two);
      two.clear();
      two.add(alone);
      one.remove(alone);
    }
    healLater(Kind.PARTITION, faults.partition(one, two));
  }

  /** From twice to a thousand times as long as usual, each order of magnitude as often. */
  private double slowness() {
    return 2 * StrictMath.pow(SLOWEST / 2, random.nextDouble());
  }

  private void die(Kind kind) {
    var candidates = new ArrayList<Machine>();
    for (var machine : simulation.machines().all()) {
      if (machine.boot != null && !machine.life().isDead()) {
        candidates.add(machine);
      }
    }
    if (candidates.isEmpty()) {
      return;
    }
    var victim = candidates.get(random.nextInt(candidates.size()));
    long away = SHORTEST_NANOS + random.nextLong(weather.longest(kind).toNanos() + 1);
    boolean moves = random.nextDouble() < weather.moves();
    if (isAimed()) {
      var once = new Runnable[] {() -> die(victim, kind, away, moves)};
      Runnable now =
          () -> {
            var what = once[0];
            once[0] = () -> {};
            what.run();
          };
      victim.whenSends(now);
      simulation.after(Event.of(null, now), AIM_NANOS);
    } else {
      die(victim, kind, away, moves);
    }
  }

  private void die(Machine victim, Kind kind, long away, boolean moves) {
    boolean enough = kind == Kind.GONE && gone >= weather.mostGone();
    if (victim.life().isDead() || simulation.now() >= end || enough) {
      return;
    }
    switch (kind) {
      case POWER_CUT -> faults.powerCut(victim.name);
      case GONE -> {
        gone++;
        faults.killForEver(victim.name);
      }
      default -> faults.kill(victim.name);
    }
    if (kind != Kind.GONE) {
      simulation.after(Event.of(null, () -> comeBack(victim, moves)), away);
    }
  }

  private void comeBack(Machine victim, boolean moves) {
    if (!victim.life().isDead() || victim.gone) {
      return;
    }
    if (moves) {
      faults.restartElsewhere(victim.name);
    } else {
      faults.restart(victim.name);
    }
  }

  private void goForEver() {
    if (gone < weather.mostGone()) {
      die(Kind.GONE);
    }
  }

  private void nameTrouble() {
    String name = node();
    healLater(
        Kind.NAME_TROUBLE,
        switch (random.nextInt(3)) {
          case 0 -> faults.vanishName(name);
          case 1 -> faults.flipName(name, other(name));
          default -> faults.slowName(name, Duration.ofNanos(random.nextLong(8 * SECOND)));
        });
  }

  private void stepClock() {
    faults.stepClock(node(), Duration.ofMillis(random.nextInt(-60_000, 60_000)));
  }
}
