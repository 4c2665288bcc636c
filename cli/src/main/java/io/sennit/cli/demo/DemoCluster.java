package io.sennit.cli.demo;

import io.sennit.core.Within;
import io.sennit.grid.Connection;
import io.sennit.node.Node;
import io.sennit.sim.BurstLoss;
import io.sennit.sim.Injected;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** The running cluster as a chapter's part in the front sees it. Any thread may use it. */
public final class DemoCluster {
  private static final Duration CONNECT = Duration.ofSeconds(30);

  private final Node front;
  private final Fleet fleet;
  private final Path dir;
  private final Screen screen;
  private final List<IntConsumer> afterStart = new ArrayList<>();

  /** Of a front's node and its processes. */
  public DemoCluster(Node front, Fleet fleet, Path dir, Screen screen) {
    this.front = front;
    this.fleet = fleet;
    this.dir = dir;
    this.screen = screen;
  }

  /** The front's node. */
  public Node front() {
    return front;
  }

  /** How many workers. */
  public int size() {
    return fleet.size();
  }

  /** The folder that is searched. */
  public Path dir() {
    return dir;
  }

  /** Where to print. */
  public Screen screen() {
    return screen;
  }

  /** A worker's process, from 0. */
  public WorkerProcess worker(int index) {
    return fleet.worker(index);
  }

  /** The way to a worker, connected or not. */
  public Connection connection(int index) {
    return front.grid().add(worker(index).host());
  }

  /** Waits until a worker is connected. */
  public void awaitConnected(int index) {
    connection(index).waitForConnect(Within.within(CONNECT));
  }

  /**
   * Cuts some workers from others: nothing comes through between the two sets, either way, as when
   * a cable is pulled. Connections stay open and their bytes wait; packets are lost. Cuts add up.
   *
   * @throws IllegalArgumentException if there is no such worker, or one is in both sets
   */
  public void cut(Set<Integer> some, Set<Integer> others) {
    for (int worker : some) {
      if (others.contains(worker)) {
        throw new IllegalArgumentException("worker " + worker + " cannot be cut from itself");
      }
    }
    Stream.concat(some.stream(), others.stream()).forEach(this::checkIndex);
    fleet.proxies().cut(some, others);
  }

  private void checkIndex(int worker) {
    if (worker < 0 || worker >= size()) {
      throw new IllegalArgumentException("workers are 0 to " + (size() - 1) + ", not " + worker);
    }
  }

  /** Makes everything between workers take longer by this, each way; zero: no longer. */
  public void delay(Duration latency) {
    fleet.proxies().delay(latency);
  }

  /**
   * Loses a share of the packets between workers, each way; connections lose nothing.
   *
   * @param share 0 to 1; 0: none
   */
  public void lose(double share) {
    fleet.proxies().lose(share);
  }

  /** Loses packets between workers in bursts, beside the other loss; connections lose nothing. */
  public void lose(BurstLoss bursts) {
    fleet.proxies().lose(bursts);
  }

  /** What cuts and losses have met so far, each counted when it stopped something. */
  public Injected injected() {
    return fleet.proxies().injected();
  }

  /** Ends every cut, delay and loss; what waited in a cut comes through. */
  public void heal() {
    fleet.proxies().heal();
  }

  /** Is told of each exit of a worker's process, on a thread that must not be blocked. */
  public void onExit(Consumer<WorkerExit> listener) {
    fleet.onExit(listener);
  }

  /** What makes a worker ready each time its process was started anew. */
  public void afterStart(IntConsumer task) {
    afterStart.add(task);
  }

  /**
   * Starts a worker's process again after it died, at its old port if that is free, connects it and
   * makes it ready.
   */
  public void restart(int index) {
    fleet.restart(index);
    awaitConnected(index);
    afterStart.forEach(task -> task.accept(index));
  }
}
