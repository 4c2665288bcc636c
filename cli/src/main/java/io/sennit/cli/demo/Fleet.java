package io.sennit.cli.demo;

import io.sennit.core.death.Evidence;
import io.sennit.core.death.Witness;
import io.sennit.node.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The worker processes: started, restarted, and all gone when this is closed or the front's JVM
 * ends, however it ends.
 */
public final class Fleet implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(2);

  private final Path keyFile;
  private final Node front;
  private final IntFunction<String> mains;
  private final Path folder;
  private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();
  private final List<WorkerProcess> all = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::killAll, "sennit-demo-end");
  private final PairProxies proxies = new PairProxies();
  private final List<Consumer<WorkerExit>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closing;

  /**
   * No process yet.
   *
   * @param keyFile the cluster's key
   * @param front the front's node, which gets to know each worker
   * @param mains the main class of each worker
   * @param folder for a log and a data folder of each worker
   */
  public Fleet(Path keyFile, Node front, IntFunction<String> mains, Path folder) {
    this.keyFile = keyFile;
    this.front = front;
    this.mains = mains;
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts so many workers side by side and waits until each listens. */
  public void start(int count) {
    for (int i = 0; i < count; i++) {
      workers.add(launch(i, 0));
    }
    try {
      for (var worker : workers) {
        greet(worker);
      }
      for (var worker : workers) {
        introduce(worker);
      }
    } catch (IOException e) {
      throw WorkerProcess.failed(e);
    }
  }

  /** Waits until a worker listens; the front must know it before it may dial. */
  private void greet(WorkerProcess worker) throws IOException {
    worker.awaitReady(START);
    worker.onExit().thenAccept(process -> exited(worker, process));
    front.grid().add(worker.host());
    worker.go();
  }

  /** Starts one again, at its old port unless somebody took it meanwhile. */
  void restart(int index) {
    var old = workers.get(index);
    old.kill();
    old.awaitEnd(END);
    var again = launch(index, old.port());
    try {
      greet(again);
    } catch (IOException taken) {
      again.kill();
      again = launch(index, 0);
      try {
        greet(again);
      } catch (IOException e) {
        e.addSuppressed(taken);
        throw WorkerProcess.failed(e);
      }
    }
    workers.set(index, again);
    try {
      introduce(again);
      for (var other : workers) {
        meet(other, again); // at another port it would be a stranger
      }
    } catch (IOException e) {
      throw WorkerProcess.failed(e);
    }
  }

  /** Has a worker know all others. */
  private void introduce(WorkerProcess worker) throws IOException {
    for (var other : workers) {
      meet(worker, other);
    }
  }

  private void meet(WorkerProcess worker, WorkerProcess other) throws IOException {
    if (worker.index() != other.index() && worker.isAlive()) {
      worker.meet(other.host(), proxies.way(worker, other));
    }
  }

  /** What stands between the workers. */
  PairProxies proxies() {
    return proxies;
  }

  /** Is told of each exit of a worker that listened, on a thread that must not be blocked. */
  void onExit(Consumer<WorkerExit> listener) {
    listeners.add(listener);
  }

  private void exited(WorkerProcess worker, Process process) {
    var exit =
        new WorkerExit(
            worker.index(), worker.address(), worker.life(), worker.pid(), process.exitValue());
    front
        .oracle()
        .report(
            new Evidence(
                exit.address(),
                Optional.of(exit.life()),
                Evidence.Kind.EXIT_SEEN,
                new Witness(front.address(), "launcher"),
                Instant.now(),
                "exit status " + exit.status()));
    listeners.forEach(l -> l.accept(exit));
  }

  private WorkerProcess launch(int index, int port) {
    var log = folder.resolve("worker-" + index + ".log");
    var data = folder.resolve("worker-" + index);
    var command = new ArrayList<String>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(WorkerFlags.all());
    command.add("-Dsennit.log=" + log);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mains.apply(index)));
    var orders =
        Map.<String, Object>of(
            "key_file", keyFile.toString(),
            "front", front.host(),
            "index", index,
            "port", port,
            "data", data.toString());
    try {
      var builder = new ProcessBuilder(command);
      builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return born(index, builder, log, data, orders);
    } catch (IOException e) {
      throw WorkerProcess.failed(e);
    }
  }

  /** Under the lock that {@link #close} takes, so that no process is born unseen. */
  private synchronized WorkerProcess born(
      int index, ProcessBuilder builder, Path log, Path data, Map<String, Object> orders)
      throws IOException {
    if (closing) {
      throw new IOException("the demo is ending");
    }
    Files.createDirectories(data); // under this lock, too: not again after it was removed
    var worker = new WorkerProcess(index, builder.start(), log, orders);
    all.add(worker);
    return worker;
  }

  /** How many. */
  public int size() {
    return workers.size();
  }

  /** One of them, from 0. */
  public WorkerProcess worker(int index) {
    return workers.get(index);
  }

  /** Ids of every process ever started here. */
  public List<Long> pids() {
    return all.stream().map(WorkerProcess::pid).toList();
  }

  /** Ids of those that still run. */
  public List<Long> running() {
    return pids().stream()
        .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
        .toList();
  }

  /** Kills them all, and lets no other begin. */
  public synchronized void killAll() {
    closing = true;
    all.forEach(WorkerProcess::kill);
  }

  /** Waits until those that were killed or released are gone. */
  public void awaitEnd() {
    all.forEach(w -> w.awaitEnd(END));
  }

  /** Ends all processes and waits until they are gone. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
    }
    all.forEach(WorkerProcess::release);
    awaitEnd();
    proxies.close();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is going down already and the hook runs: what it does is what is wanted
      killAll();
    }
  }
}
