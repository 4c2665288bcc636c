package io.sennit.sim;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What can be made to go wrong by hand; a {@link Simulation#storm} does the same by itself. What
 * had an effect is counted in {@link Simulation#injected}. Nodes are named as in {@link
 * Simulation#node}.
 */
public final class Faults {
  private final Simulation simulation;
  private final SplittableRandom random;
  private final List<Fault> active = new ArrayList<>();

  Faults(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.random = random;
  }

  /** A fault that stands until it is healed; the remedy is run once. */
  private Fault stands(Injected.@Nullable Kind kind, String where) {
    if (kind != null) {
      simulation.injected().addSetUp(kind);
    }
    simulation.note(Trace.Kind.FAULT, null, kind == null ? -1 : kind.ordinal(), Trace.hash(where));
    var fault = new Fault(simulation.injected(), kind);
    active.removeIf(Fault::isHealed);
    active.add(fault);
    return fault;
  }

  private Fault onPaths(
      Injected.Kind kind,
      List<Path> paths,
      BiConsumer<Path, Fault> on,
      BiConsumer<Path, Fault> off) {
    var fault = stands(kind, "");
    paths.forEach(path -> on.accept(path, fault));
    fault.remedy(() -> paths.forEach(path -> off.accept(path, fault)));
    return fault;
  }

  private Path network(String from, String to) {
    return simulation.network().path(from, to);
  }

  /** Nothing gets from one to the other, nor back; nobody is told. */
  public Fault cut(String a, String b) {
    return onPaths(
        Injected.Kind.BLACK_HOLE, List.of(network(a, b), network(b, a)), Path::cut, Path::mend);
  }

  /** Nothing gets from one to the other; the way back is open. */
  public Fault cutOneWay(String from, String to) {
    return onPaths(Injected.Kind.BLACK_HOLE, List.of(network(from, to)), Path::cut, Path::mend);
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
        paths.add(network(a, b));
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
    return onPaths(Injected.Kind.CLOG, List.of(network(from, to)), Path::clog, Path::release);
  }

  /** What one direction does to what passes, in place of what {@link Weather#path} says. */
  public Fault path(String from, String to, PathWeather weather) {
    var path = network(from, to);
    var fault = stands(null, from + ">" + to);
    path.weather(weather);
    fault.remedy(() -> path.weather(null));
    return fault;
  }

  /**
   * Rate and queue of a node's port, for each direction, shared by all its peers; in place of what
   * {@link Weather#port} says.
   */
  public Fault port(String node, Bottleneck port) {
    var machine = simulation.machine(node);
    var fault = stands(null, node);
    machine.port(port);
    fault.remedy(() -> machine.port(null));
    return fault;
  }

  /** New connections from one to the other are refused. */
  public Fault refuse(String from, String to) {
    return onPaths(Injected.Kind.REFUSED, List.of(network(from, to)), Path::refuse, Path::admit);
  }

  /** New connections from one to the other get no answer. */
  public Fault hang(String from, String to) {
    return onPaths(Injected.Kind.REFUSED, List.of(network(from, to)), Path::hang, Path::answer);
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
    network(from, to).planCut(afterBytes);
  }

  /** Stops a node's loops and threads; time goes on, and its kernel answers. */
  public Fault pause(String node) {
    var machine = simulation.machine(node);
    var life = machine.life();
    var fault = stands(Injected.Kind.PAUSE, node);
    machine.pauses.add(fault);
    life.pause();
    fault.remedy(
        () -> {
          if (machine.pauses.remove(fault) && machine.pauses.isEmpty()) {
            life.resume();
          }
        });
    return fault;
  }

  /**
   * A slow node: each turn of its loops and each waking of its threads takes so many times as long.
   * A turn takes some 10 us on a healthy node, so a factor of 1,000 makes it 10 ms.
   *
   * @param factor at least 1
   */
  public Fault slow(String node, double factor) {
    checkFactor(factor);
    var machine = simulation.machine(node);
    var fault = stands(Injected.Kind.SLOW, node);
    machine.slow(fault, factor);
    fault.remedy(() -> machine.quick(fault));
    return fault;
  }

  private static void checkFactor(double factor) {
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("what is slow takes at least as long: " + factor);
    }
  }

  /**
   * Ends a node's process at once. Its connections end as the kernel ends them: by the seed, with a
   * reset or with the end of what was sent. What its stores gave to the system stays.
   */
  public void kill(String node) {
    die(simulation.machine(node), Injected.Kind.KILL);
  }

  /** The same, and nothing starts it again: {@link #restart} refuses to. */
  public void killForEver(String node) {
    var machine = simulation.machine(node);
    machine.gone = true;
    die(machine, Injected.Kind.GONE);
  }

  /** Ends a node without a word to anybody; of what its stores did not sync a part is lost. */
  public void powerCut(String node) {
    die(simulation.machine(node), Injected.Kind.POWER_CUT);
  }

  private void die(Machine machine, Injected.Kind how) {
    var life = machine.life();
    if (life.isDead()) {
      return;
    }
    boolean silently = how == Injected.Kind.POWER_CUT;
    simulation.inject(how);
    simulation.note(Trace.Kind.FAULT, null, how.ordinal(), Trace.hash(machine.name));
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
    simulation.after(Event.of(null, () -> simulation.threads().free(life)), 0);
    simulation.exited(machine, silently ? NodeExit.How.POWER_CUT : NodeExit.How.KILLED);
  }

  /**
   * A new process on a node's machine, with its disk; its {@link Simulation#boot} program runs. The
   * old one, if it still lives, is killed first.
   *
   * @throws IllegalStateException if it is gone for ever
   */
  public Fabric restart(String node) {
    return restart(node, false);
  }

  /**
   * The same at another address: the node's name means the new one from now on, and nobody answers
   * at the old one.
   */
  public Fabric restartElsewhere(String node) {
    return restart(node, true);
  }

  private Fabric restart(String node, boolean elsewhere) {
    var machine = simulation.machine(node);
    if (machine.gone) {
      throw new IllegalStateException(node + " is gone for ever");
    }
    if (!machine.life().isDead()) {
      kill(node);
    }
    if (elsewhere) {
      simulation.inject(Injected.Kind.MOVE);
      simulation.machines().move(machine);
    }
    simulation.inject(Injected.Kind.RESTART);
    var life = machine.live();
    simulation.boot(machine, life);
    return life;
  }

  /** A disk that takes nothing more. */
  public Fault fillDisk(String node) {
    return onDisk(Injected.Kind.FULL_DISK, node, DiskWeather::fill);
  }

  /**
   * A disk whose writes and syncs fail every other time; after a failed sync the last of what was
   * written may be gone.
   */
  public Fault failDisk(String node) {
    return onDisk(Injected.Kind.FAILED_DISK, node, DiskWeather::fail);
  }

  /**
   * A disk that acknowledges syncs and does not do them: a power cut loses what it acknowledged.
   */
  public Fault lieAboutSync(String node) {
    return onDisk(Injected.Kind.LYING_DISK, node, DiskWeather::lie);
  }

  /**
   * A disk that takes so many times as long; a sync takes some 1.5 ms on a healthy one.
   *
   * @param factor at least 1
   */
  public Fault slowDisk(String node, double factor) {
    checkFactor(factor);
    return onDisk(Injected.Kind.SLOW_DISK, node, (weather, fault) -> weather.slow(fault, factor));
  }

  private Fault onDisk(Injected.Kind kind, String node, BiConsumer<DiskWeather, Fault> trouble) {
    var weather = simulation.machine(node).disk.weather();
    var fault = stands(kind, node);
    trouble.accept(weather, fault);
    fault.remedy(() -> weather.clear(fault));
    return fault;
  }

  /** A wall clock that jumps. */
  public void stepClock(String node, Duration by) {
    simulation.machine(node).clock.step(by, happens(Injected.Kind.CLOCK_STEP));
  }

  /** A monotonic clock that runs fast (or slow, below zero) by so many millionths from now on. */
  public void driftClock(String node, double ppm) {
    simulation.machine(node).clock.drift(ppm, happens(Injected.Kind.DRIFT));
  }

  private Fault happens(Injected.Kind kind) {
    simulation.injected().addSetUp(kind);
    return new Fault(simulation.injected(), kind);
  }

  /** A name that cannot be looked up. */
  public Fault vanishName(String name) {
    return onName(name, fault -> simulation.nameBook().vanish(name, fault));
  }

  /** A name whose lookup takes so much longer; beyond 5 s it fails. */
  public Fault slowName(String name, Duration by) {
    return onName(name, fault -> simulation.nameBook().slow(name, by.toNanos(), fault));
  }

  /** A name that means another node, or another address, from now on. */
  public Fault flipName(String name, String to) {
    return onName(name, fault -> simulation.nameBook().flip(name, to, fault));
  }

  private Fault onName(String name, Consumer<Fault> trouble) {
    var fault = stands(Injected.Kind.NAME_TROUBLE, name);
    trouble.accept(fault);
    fault.remedy(() -> simulation.nameBook().clear(name, fault));
    return fault;
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
    var fault = stands(Injected.Kind.REFUSED, node);
    machine.distrusts.add(fault);
    fault.remedy(() -> machine.distrusts.remove(fault));
    return fault;
  }

  /** Puts everything right: mends, releases, resumes; starts the nodes that died. */
  public void healAll() {
    List.copyOf(active).forEach(Fault::heal);
    active.clear();
    for (var machine : simulation.machines().all()) {
      if (machine.life().isDead() && !machine.gone) {
        restart(machine.name);
      }
    }
  }
}
