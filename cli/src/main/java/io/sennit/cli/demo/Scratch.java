package io.sennit.cli.demo;

import io.sennit.cli.UsageException;
import io.sennit.core.ClusterKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The demo's temporary folder, which only its owner can enter: the cluster's key, logs, the
 * workers' data. Whatever ends the demo in order, Ctrl-C in its first second included, removes it;
 * logs stay if they are wanted, the key never does. Any thread may use it.
 */
public final class Scratch implements AutoCloseable {
  private static final String KEY = "cluster.key";

  private final Thread hook = new Thread(this::atTheEnd, "sennit-demo-tidy");
  private final List<Runnable> before = new CopyOnWriteArrayList<>();
  private @Nullable Path folder; // guarded by this, as all that follows
  private boolean keep;
  private boolean closed;

  private Scratch() {}

  /**
   * Makes the folder and a new key in it.
   *
   * @throws UsageException if the place for temporary files does not take it: why, and what to do
   */
  public static Scratch make() {
    var scratch = new Scratch();
    Runtime.getRuntime().addShutdownHook(scratch.hook); // before there is anything to remove
    try {
      scratch.fill();
      return scratch;
    } catch (IOException e) {
      scratch.close();
      throw new UsageException(
          "no temporary folder can be made in %s (%s). Free some space there, or name another place by TMPDIR."
              .formatted(place(), reason(e)));
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }

  private static Path place() {
    var named = System.getenv("TMPDIR");
    return Path.of(
        named == null || named.isEmpty() ? System.getProperty("java.io.tmpdir", "/tmp") : named);
  }

  private synchronized void fill() throws IOException {
    if (closed) {
      throw new IOException("the demo is ending");
    }
    folder = Files.createTempDirectory(place(), "sennit-demo-");
    Files.writeString(folder.resolve(KEY), ClusterKey.random().toHex());
  }

  /**
   * The folder.
   *
   * @throws IllegalStateException if the end has begun
   */
  public synchronized Path folder() {
    checkOpen();
    return Objects.requireNonNull(folder, "made with it");
  }

  /** The file of the cluster's key, which commands of the same user find and can read. */
  public Path keyFile() {
    return folder().resolve(KEY);
  }

  /**
   * What must be done at the JVM's end before the folder can go: ending those who write to it.
   *
   * @throws IllegalStateException if the end has begun
   */
  public synchronized void beforeTheEnd(Runnable task) {
    checkOpen();
    before.add(task);
  }

  /**
   * Makes what writes to the folder, so that it is not made again after it was removed.
   *
   * @throws IllegalStateException if the end has begun
   */
  public synchronized <T> T with(Function<Path, T> maker) {
    return maker.apply(folder());
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the demo is ending");
    }
  }

  /** Leaves the logs where they are: they show something. */
  public synchronized void keepLogs() {
    keep = true;
  }

  /** Whether the JVM is going down, or this was closed. */
  public synchronized boolean isEnding() {
    return closed;
  }

  private void atTheEnd() {
    synchronized (this) {
      closed = true;
    }
    before.forEach(Runnable::run);
    remove();
  }

  private synchronized void remove() {
    closed = true;
    if (folder == null) {
      return;
    }
    try (var files = Files.walk(folder)) {
      int kept = 0;
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) { // the folder comes last
        if (keep && isTold(file) || kept > 0 && file.equals(folder)) {
          kept++;
        } else {
          Files.delete(file);
        }
      }
      folder = null;
    } catch (IOException | UncheckedIOException e) {
      // somebody else's file is in it: what could be removed is
    }
  }

  /** A log that says something. */
  private static boolean isTold(Path file) throws IOException {
    return file.getFileName().toString().endsWith(".log") && Files.size(file) > 0;
  }

  /** Removes it. */
  @Override
  public void close() {
    remove();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the JVM is going down already, and the hook does the same
    }
  }
}
