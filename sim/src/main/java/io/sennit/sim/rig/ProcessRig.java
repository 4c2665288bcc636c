package io.sennit.sim.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Starts JVMs and sees to it that none is left: on {@link #close}, when this process ends in order
 * (a shutdown hook), and when it is killed (children that call {@link ParentWatch#install} notice
 * the end of their standard input). Methods may be called from any thread.
 */
public final class ProcessRig implements AutoCloseable {
  private final int most;
  private final Path folder;
  private final Set<Jvm> running = ConcurrentHashMap.newKeySet();
  private final Set<Jvm> told = ConcurrentHashMap.newKeySet();
  private final List<Consumer<ProcessExit>> listeners = new CopyOnWriteArrayList<>();
  private final List<Jvm> all = new ArrayList<>(); // guarded by this
  private final Thread hook = new Thread(this::killAll, "sennit-rig-hook");
  private int starts; // guarded by this
  private boolean closed; // guarded by this

  private ProcessRig(int most, Path folder) {
    this.most = most;
    this.folder = folder;
  }

  /**
   * A rig with a temporary folder of its own.
   *
   * @param most JVMs at once; one more is refused
   */
  public static ProcessRig open(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("at least one process");
    }
    try {
      var rig = new ProcessRig(most, Files.createTempDirectory("sennit-rig"));
      Runtime.getRuntime().addShutdownHook(rig.hook);
      return rig;
    } catch (IOException e) {
      throw new UncheckedIOException("a folder for the logs of processes", e);
    }
  }

  /** Starts a JVM; returns at once. */
  public synchronized Jvm start(JvmSpec spec) {
    if (closed) {
      throw new IllegalStateException("the rig is closed");
    }
    if (running.size() >= most) {
      throw new IllegalStateException(
          "at most " + most + " processes at once; there are " + running);
    }
    var file = folder.resolve(spec.name() + "-" + ++starts + ".log");
    var jvm = Jvm.start(spec, file, this::ended);
    running.add(jvm);
    if (!jvm.isAlive()) {
      running.remove(jvm); // it was faster than we are
    }
    all.add(jvm);
    return jvm;
  }

  private void ended(Jvm jvm) {
    running.remove(jvm);
    if (told.add(jvm)) { // whoever awaits the exit may see it first
      var exit = new ProcessExit(jvm, jvm.status());
      listeners.forEach(listener -> listener.accept(exit));
    }
  }

  /**
   * Tells of each exit of a process started from now on, as the operating system tells its parent,
   * once each; on a thread that must not be blocked.
   */
  public void onExit(Consumer<ProcessExit> listener) {
    listeners.add(listener);
  }

  /** Kills it if it still runs and starts the same again. */
  public Jvm restart(Jvm jvm) {
    jvm.kill();
    return start(jvm.spec());
  }

  /** Those that run now. */
  public List<Jvm> running() {
    return running.stream().sorted(Comparator.comparingLong(Jvm::pid)).toList();
  }

  /** Fails, naming them, if any process it ever started is still there after 10 s. */
  public void assertAllGone() {
    List<Jvm> ever;
    synchronized (this) {
      ever = List.copyOf(all);
    }
    for (var jvm : ever) {
      jvm.awaitExit(Duration.ofSeconds(10));
    }
  }

  /** The last lines of every process, to be printed when a test fails. */
  public synchronized String logs() {
    var text = new StringBuilder();
    for (var jvm : all) {
      text.append("---- ").append(jvm).append(jvm.isAlive() ? "" : ", ended").append('\n');
      text.append(jvm.tail(100)).append('\n');
    }
    return text.toString();
  }

  /** Runs a test's work; when it fails, the logs go to standard error before it fails on. */
  public void watching(Runnable work) {
    boolean fine = false;
    try {
      work.run();
      fine = true;
    } finally {
      if (!fine) {
        System.err.println(logs());
      }
    }
  }

  private void killAll() {
    for (var jvm : running) {
      ProcessHandle.of(jvm.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** Kills what runs, waits for its end, removes the logs; idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    running().forEach(Jvm::kill);
    assertAllGone();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the process ends already, and the hook does the rest
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + folder, e);
    }
  }
}
