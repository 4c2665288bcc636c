package io.sennit.cli.demo;

import io.sennit.core.ClusterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;

/**
 * The worker processes: started, restarted, and all gone when this is closed or the front's JVM
 * ends, however it ends.
 */
public final class Fleet implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(2);

  private final ClusterKey key;
  private final String front;
  private final IntFunction<String> mains;
  private final Path logs;
  private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();
  private final List<Long> pids = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::killAll, "sennit-demo-end");
  private volatile boolean closing;

  /**
   * No process yet.
   *
   * @param front the front's host string
   * @param mains the main class of each worker
   * @param logs a folder for a log of each worker
   */
  public Fleet(ClusterKey key, String front, IntFunction<String> mains, Path logs) {
    this.key = key;
    this.front = front;
    this.mains = mains;
    this.logs = logs;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts so many workers side by side and waits until each listens. */
  public void start(int count) {
    for (int i = 0; i < count; i++) {
      workers.add(launch(i, 0));
    }
    try {
      for (var worker : workers) {
        worker.awaitReady(START);
      }
    } catch (IOException e) {
      throw WorkerProcess.failed(e);
    }
  }

  /** Starts one again, at its old port unless somebody took it meanwhile. */
  void restart(int index) {
    var old = workers.get(index);
    old.kill();
    old.awaitEnd(END);
    var again = launch(index, old.port());
    try {
      again.awaitReady(START);
    } catch (IOException taken) {
      again.kill();
      again = launch(index, 0);
      try {
        again.awaitReady(START);
      } catch (IOException e) {
        e.addSuppressed(taken);
        throw WorkerProcess.failed(e);
      }
    }
    workers.set(index, again);
  }

  private WorkerProcess launch(int index, int port) {
    var log = logs.resolve("worker-" + index + ".log");
    var command = new ArrayList<String>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(WorkerFlags.ALL);
    command.add("-Dsennit.log=" + log);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mains.apply(index)));
    var orders =
        Map.<String, Object>of("key", key.toHex(), "front", front, "index", index, "port", port);
    try {
      Files.createDirectories(logs);
      var builder = new ProcessBuilder(command);
      builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      var process = builder.start();
      pids.add(process.pid());
      var worker = new WorkerProcess(index, process, log, orders);
      if (closing) {
        worker.kill(); // the hook may have looked before this one was there
      }
      return worker;
    } catch (IOException e) {
      throw WorkerProcess.failed(e);
    }
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
    return List.copyOf(pids);
  }

  /** Ids of those that still run. */
  public List<Long> running() {
    return pids.stream()
        .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
        .toList();
  }

  private void killAll() {
    closing = true;
    workers.forEach(WorkerProcess::kill);
  }

  /** Ends all processes and waits until they are gone. */
  @Override
  public void close() {
    closing = true;
    workers.forEach(WorkerProcess::release);
    workers.forEach(w -> w.awaitEnd(END));
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is going down already and the hook runs: what it does is what is wanted
      killAll();
    }
  }
}
