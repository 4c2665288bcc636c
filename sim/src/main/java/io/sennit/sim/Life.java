package io.sennit.sim;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.Store;
import java.util.ArrayList;
import java.util.List;

/** One process of a node, from its start to its end: the fabric that its code stands on. */
final class Life implements Fabric {
  private static final long HALT_NANOS = 200_000;

  /** Links have so long to send what was written to them; the loops retire a little later. */
  private static final long GRACE_NANOS = 2_000_000_000L;

  private static final int MOST_HALTS = 11_000;

  private final Machine machine;
  private final int ip;
  private final SimLoop[] loops;
  private final SimLoop quiet;
  private final SimLinks links;
  private final SimDatagrams datagrams;
  private final SimNames names;
  private final SimRunner runner;
  private final List<SimPipe> open = new ArrayList<>();
  private final List<SimStore> stores = new ArrayList<>();
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<Event> held = new ArrayList<>();
  private int nextLoop;
  private int halts;
  private boolean dead;
  private boolean paused;
  private boolean closed;

  Life(Machine machine, int number) {
    this.machine = machine;
    this.ip = machine.ip();
    var simulation = machine.simulation;
    var random = simulation.randomness("life " + machine.name + " " + number);
    loops = new SimLoop[simulation.loopsPerNode()];
    for (int i = 0; i < loops.length; i++) {
      loops[i] = new SimLoop(this, i, random.split());
    }
    quiet = new SimLoop(this, loops.length, random.split());
    names = new SimNames(this, random.split());
    links = new SimLinks(this);
    datagrams = new SimDatagrams(this);
    runner = new SimRunner(simulation.threads(), this);
  }

  Simulation simulation() {
    return machine.simulation;
  }

  Machine machine() {
    return machine;
  }

  /** The address its machine had when it began. */
  int ip() {
    return ip;
  }

  String name() {
    return machine.name;
  }

  int number() {
    return machine.number;
  }

  NodeClock clock() {
    return machine.clock;
  }

  boolean isDead() {
    return dead;
  }

  boolean isPaused() {
    return paused;
  }

  /** Whether it was closed in good order, not killed. */
  boolean isOver() {
    return closed && !dead;
  }

  boolean isClosed() {
    return closed || dead;
  }

  void opened(SimPipe link) {
    open.add(link);
  }

  void ended(SimPipe link) {
    int i = open.indexOf(link);
    if (i >= 0) {
      open.set(i, open.getLast());
      open.removeLast();
    }
  }

  List<SimPipe> openLinks() {
    return open;
  }

  SimNames resolver() {
    return names;
  }

  SimLinks ports() {
    return links;
  }

  SimDatagrams sockets() {
    return datagrams;
  }

  List<SimStore> stores() {
    return stores;
  }

  List<Candidate> candidates() {
    return candidates;
  }

  /** Keeps an event that came while it was paused. */
  void hold(Event event) {
    if (!event.held) {
      event.held = true;
      held.add(event);
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    for (var event : held) {
      event.held = false;
      simulation().after(event, 0);
    }
    held.clear();
  }

  /** The process is gone; nothing of its own happens any more. */
  void die() {
    dead = true;
    paused = false;
    held.clear();
    for (var loop : loops) {
      loop.stop();
    }
    quiet.stop();
    links.closeAll();
    datagrams.closeAll();
  }

  @Override
  public Loop loop() {
    var loop = loops[nextLoop];
    nextLoop = (nextLoop + 1) % loops.length;
    return loop;
  }

  @Override
  public Loop quietLoop() {
    return quiet;
  }

  @Override
  public Links links() {
    return links;
  }

  @Override
  public Datagrams datagrams() {
    return datagrams;
  }

  @Override
  public Names names() {
    return names;
  }

  @Override
  public Runner runner() {
    return runner;
  }

  @Override
  public void store(Loop owner, String name, Done<Store> done) {
    if (closed) {
      ((SimLoop) owner).input(() -> done.failed(over()));
    } else {
      machine.disk.open(this, (SimLoop) owner, name, new Opening(done));
    }
  }

  /** A store on its way; one that comes when the fabric is closed is closed, and not given out. */
  private final class Opening implements Done<Store> {
    private final Done<Store> done;

    Opening(Done<Store> done) {
      this.done = done;
    }

    @Override
    public void ok(Store store) {
      if (closed) {
        store.close();
        done.failed(over());
      } else {
        done.ok(store);
      }
    }

    @Override
    public void failed(SennitException why) {
      done.failed(why);
    }
  }

  SennitException over() {
    return new DisconnectedException("the fabric was closed", ErrorContext.NONE);
  }

  @Override
  public Campaign campaign(Loop owner, String role, String me, Leadership leadership) {
    if (closed) {
      return () -> {};
    }
    var candidate = simulation().elections().enter(this, (SimLoop) owner, role, me, leadership);
    candidates.add(candidate);
    return candidate;
  }

  @Override
  public void close() {
    if (closed || dead) {
      return;
    }
    closed = true;
    runner.close();
    links.closeAll();
    datagrams.closeAll();
    List.copyOf(open).forEach(link -> link.fabricClosed(over()));
    simulation()
        .after(
            Event.of(this, () -> List.copyOf(open).forEach(link -> link.fabricCutOff(over()))),
            GRACE_NANOS);
    List.copyOf(stores).forEach(SimStore::close);
    List.copyOf(candidates).forEach(Candidate::close);
    simulation().exited(machine, NodeExit.How.CLOSED);
    halt();
  }

  /** The loops retire once they have told everybody. */
  private void halt() {
    boolean idle = quiet.isIdle() && stores.isEmpty() && open.isEmpty();
    for (var loop : loops) {
      idle &= loop.isIdle();
    }
    if (idle || ++halts > MOST_HALTS) {
      for (var loop : loops) {
        loop.retire();
      }
      quiet.retire();
    } else {
      simulation().after(Event.of(this, this::halt), HALT_NANOS);
    }
  }

  @Override
  public String toString() {
    return machine.name;
  }
}
