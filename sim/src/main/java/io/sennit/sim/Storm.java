package io.sennit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Makes things go wrong at random moments until its end. */
final class Storm {
  private static final double NANOS_PER_MINUTE = 60e9;
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation;
  private final Faults faults;
  private final Weather weather;
  private final long end;
  private final SplittableRandom random;

  Storm(Simulation simulation, Weather weather, long end, SplittableRandom random) {
    this.simulation = simulation;
    this.faults = simulation.faults();
    this.weather = weather;
    this.end = end;
    this.random = random;
  }

  void begin() {
    often(weather.cuts(), this::reset);
    often(weather.blackHoles(), this::blackHole);
    often(weather.partitions(), this::partition);
    often(weather.isolations(), () -> healLater(faults.isolate(node()), 10 * SECOND));
    often(weather.clogs(), () -> healLater(clog(), 3 * SECOND));
    often(weather.pauses(), () -> healLater(faults.pause(node()), 20 * SECOND));
    often(weather.kills(), () -> die(false));
    often(weather.powerCuts(), () -> die(true));
    often(weather.fullDisks(), () -> healLater(faults.fillDisk(node()), 5 * SECOND));
    often(weather.nameTroubles(), this::nameTrouble);
    often(weather.clockSteps(), this::stepClock);
    if (weather.driftPpm() > 0) {
      for (var node : simulation.nodes()) {
        faults.driftClock(node, random.nextInt(-weather.driftPpm(), weather.driftPpm() + 1));
      }
    }
  }

  private void often(double perMinute, Runnable what) {
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
  private void healLater(Fault fault, long mostNanos) {
    double share = random.nextDouble();
    long nanos = 100_000_000L + (long) (share * share * share * mostNanos);
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

  private void reset() {
    var connections = simulation.network().connections();
    if (!connections.isEmpty()) {
      connections.get(random.nextInt(connections.size())).cut();
    }
  }

  private void blackHole() {
    String a = node();
    String b = other(a);
    healLater(random.nextBoolean() ? faults.cut(a, b) : faults.cutOneWay(a, b), 10 * SECOND);
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
    healLater(faults.partition(one, two), 10 * SECOND);
  }

  private Fault clog() {
    String a = node();
    return faults.clog(a, other(a));
  }

  private void die(boolean silently) {
    var candidates = new ArrayList<String>();
    for (var machine : simulation.machines()) {
      if (machine.boot != null && !machine.life().isDead()) {
        candidates.add(machine.name);
      }
    }
    if (candidates.isEmpty()) {
      return;
    }
    String victim = candidates.get(random.nextInt(candidates.size()));
    if (silently) {
      faults.powerCut(victim);
    } else {
      faults.kill(victim);
    }
    simulation.after(
        Event.of(
            null,
            () -> {
              if (simulation.machine(victim).life().isDead()) {
                faults.restart(victim);
              }
            }),
        100_000_000L + random.nextLong(5 * SECOND));
  }

  private void nameTrouble() {
    String name = node();
    healLater(
        random.nextBoolean()
            ? faults.vanishName(name)
            : faults.slowName(name, Duration.ofNanos(random.nextLong(8 * SECOND))),
        5 * SECOND);
  }

  private void stepClock() {
    faults.stepClock(node(), Duration.ofMillis(random.nextInt(-60_000, 60_000)));
  }
}
