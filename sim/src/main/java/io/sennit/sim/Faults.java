package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What can be made to go wrong by hand; a {@link Simulation#storm} does the same by itself. All are
 * counted in {@link Simulation#injected}. Nodes are named as in {@link Simulation#node}.
 */
public final class Faults {
  private final Simulation simulation;
  private final SplittableRandom random;
  private final List<Fault> active = new ArrayList<>();

  Faults(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.random = random;
  }

  private Fault fault(Injected.Kind kind, String where, Runnable remedy) {
    simulation.inject(kind);
    simulation.note(Trace.Kind.FAULT, null, kind.ordinal(), Trace.hash(where));
    var fault = new Fault(remedy);
    active.removeIf(Fault::isHealed);
    active.add(fault);
    return fault;
  }

  private Fault onPaths(
      Injected.Kind kind, List<Path> paths, Consumer<Path> on, Consumer<Path> off) {
    paths.forEach(on);
    return fault(kind, "", () -> paths.forEach(off));
  }

  private Path path(String from, String to) {
    return simulation.network().path(from, to);
  }

  /** Nothing gets from one to the other, nor back; nobody is told. */
  public Fault cut(String a, String b) {
    return onPaths(
        Injected.Kind.BLACK_HOLE, List.of(path(a, b), path(b, a)), Path::cut, Path::mend);
  }

  /** Nothing gets from one to the other; the way back is open. */
  public Fault cutOneWay(String from, String to) {
    return onPaths(Injected.Kind.BLACK_HOLE, List.of(path(from, to)), Path::cut, Path::mend);
  }

  /**
   * Nothing gets from one set to another; within each all is well. The leadership service is with
   * the first.
   */
  @SafeVarargs
  public final Fault partition(Set<String>... sets) {
    var paths = new ArrayList<Path>();
    for (int i = 0; i < sets.length; i++) {
      for (int k = 0; k < sets.length; k++) {
        if (i != k) {
          addPaths(paths, with(sets[i], i == 0), with(sets[k], k == 0));
        }
      }
    }
    return onPaths(Injected.Kind.PARTITION, paths, Path::cut, Path::mend);
  }

  private static Set<String> with(Set<String> set, boolean service) {
    var all = new TreeSet<>(set);
    if (service) {
      all.add(Elections.PLACE);
    }
    return all;
  }

  private void addPaths(List<Path> paths, Set<String> from, Set<String> to) {
    for (var a : from) {
      for (var b : to) {
        paths.add(path(a, b));
      }
    }
  }

  /** Cuts a node off from all others known by now, and from the leadership service. */
  public Fault isolate(String node) {
    var paths = new ArrayList<Path>();
    var others = new TreeSet<>(simulation.nodes());
    others.add(Elections.PLACE);
    others.remove(node);
    addPaths(paths, Set.of(node), others);
    addPaths(paths, others, Set.of(node));
    return onPaths(Injected.Kind.ISOLATION, paths, Path::cut, Path::mend);
  }

  /** Holds back all from one to the other, packets too; healing releases it. */
  public Fault clog(String from, String to) {
    return onPaths(Injected.Kind.CLOG, List.of(path(from, to)), Path::clog, Path::release);
  }

  /** New connections from one to the other are refused. */
  public Fault refuse(String from, String to) {
    return onPaths(
        Injected.Kind.REFUSED,
        List.of(path(from, to)),
        path -> path.refuse(1),
        path -> path.refuse(-1));
  }

  /** New connections from one to the other get no answer. */
  public Fault hang(String from, String to) {
    return onPaths(
        Injected.Kind.REFUSED,
        List.of(path(from, to)),
        path -> path.hang(1),
        path -> path.hang(-1));
  }

  /** Resets all connections between two nodes now; returns how many. */
  public int resetLinks(String a, String b) {
    int count = 0;
    for (var connection : List.copyOf(simulation.network().connections())) {
      if (connection.joins(a, b)) {
        connection.cut();
        count++;
      }
    }
    return count;
  }

  /** The next connection is reset when so many bytes have come from one to the other. */
  public void cutNextLink(String from, String to, long afterBytes) {
    path(from, to).planCut(afterBytes);
  }

  /** Stops a node's loops and threads; time goes on, and its kernel answers. */
  public Fault pause(String node) {
    var life = simulation.machine(node).life();
    life.pause();
    return fault(Injected.Kind.PAUSE, node, life::resume);
  }

  /**
   * Ends a node's process at once. Its connections end as the kernel ends them: by the seed, with a
   * reset or with the end of what was sent. What its stores gave to the system stays.
   */
  public void kill(String node) {
    simulation.inject(Injected.Kind.KILL);
    die(simulation.machine(node), false);
  }

  /** Ends a node without a word to anybody; of what its stores did not sync a part is lost. */
  public void powerCut(String node) {
    simulation.inject(Injected.Kind.POWER_CUT);
    die(simulation.machine(node), true);
  }

  private void die(Machine machine, boolean silently) {
    simulation.note(Trace.Kind.FAULT, null, silently ? 1_001 : 1_000, Trace.hash(machine.name));
    var life = machine.life();
    life.die();
    for (var link : List.copyOf(life.openLinks())) {
      link.processDied(silently, random.nextBoolean());
    }
    if (silently) {
      machine.powered = false;
      machine.disk.powerCut();
    } else {
      machine.disk.processDied();
    }
  }

  /**
   * A new process on a node's machine, with its disk; its {@link Simulation#boot} program runs. The
   * old one, if it still lives, is killed first.
   */
  public Fabric restart(String node) {
    var machine = simulation.machine(node);
    if (!machine.life().isDead()) {
      kill(node);
    }
    simulation.inject(Injected.Kind.RESTART);
    var life = machine.live();
    simulation.boot(machine, life);
    return life;
  }

  /** A disk that takes nothing more. */
  public Fault fillDisk(String node) {
    var disk = simulation.machine(node).disk;
    disk.full(1);
    return fault(Injected.Kind.FULL_DISK, node, () -> disk.full(-1));
  }

  /** A wall clock that jumps. */
  public void stepClock(String node, Duration by) {
    simulation.inject(Injected.Kind.CLOCK_STEP);
    simulation.machine(node).clock.step(by);
  }

  /** A monotonic clock that runs fast (or slow, below zero) by so many millionths from now on. */
  public void driftClock(String node, double ppm) {
    simulation.machine(node).clock.drift(ppm);
  }

  /** A name that cannot be looked up. */
  public Fault vanishName(String name) {
    simulation.nameBook().vanish(name, 1);
    return fault(Injected.Kind.NAME_TROUBLE, name, () -> simulation.nameBook().vanish(name, -1));
  }

  /** A name whose lookup takes so much longer; beyond 5 s it fails. */
  public Fault slowName(String name, Duration by) {
    simulation.nameBook().slow(name, by.toNanos());
    return fault(Injected.Kind.NAME_TROUBLE, name, () -> simulation.nameBook().slow(name, 0));
  }

  /** A name that means another node from now on. */
  public Fault flipName(String name, String to) {
    simulation.nameBook().flip(name, to);
    return fault(Injected.Kind.NAME_TROUBLE, name, () -> simulation.nameBook().flip(name, name));
  }

  /** What a service name means: not a fault, but the same book. */
  public void defineService(String service, List<Address> at) {
    simulation.nameBook().define(service, at);
  }

  /** The name in a node's certificate; its own unless said. */
  public void certify(String node, String name) {
    simulation.machine(node).certificate = name;
  }

  /** A node whose certificate nobody trusts. */
  public Fault distrust(String node) {
    var machine = simulation.machine(node);
    machine.distrusted = true;
    return fault(Injected.Kind.REFUSED, node, () -> machine.distrusted = false);
  }

  /** Puts everything right: mends, releases, resumes; starts the nodes that died. */
  public void healAll() {
    List.copyOf(active).forEach(Fault::heal);
    active.clear();
    simulation.network().paths().forEach(Path::heal);
    simulation.nameBook().heal();
    for (var machine : simulation.machines()) {
      if (machine.life().isDead()) {
        restart(machine.name);
      }
    }
  }
}
