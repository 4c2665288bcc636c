package io.sennit.node;

import io.sennit.core.ConfigException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node's data folder, and which life of the node this is. The folder is this process's alone
 * until {@link #close}; the new life is on the disk, whole and synced, before anybody hears of it.
 */
final class DataFolder implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.sennit.node");
  private static final String FILE = "incarnation";
  private static final String LOCK = "incarnation.lock";
  private static final int MAX_BYTES = 64;

  private final Incarnation incarnation;
  private final FileChannel lock;

  private DataFolder(Incarnation incarnation, FileChannel lock) {
    this.incarnation = incarnation;
    this.lock = lock;
  }

  /**
   * Begins the next life.
   *
   * @throws ConfigException if the folder cannot be made or written to, or another process has it
   * @throws StorageException if what the life before left cannot be read
   */
  static DataFolder begin(Path folder, Instant now, SecureRandom random) {
    FileChannel lock = null;
    try {
      Files.createDirectories(folder);
      lock = lock(folder);
      var file = folder.resolve(FILE);
      var next = Files.exists(file) ? read(file).next(now, random) : Incarnation.first(now, random);
      write(file, next);
      return new DataFolder(next, lock);
    } catch (IOException e) {
      unlock(lock);
      throw new ConfigException(
          "data", folder.toString(), "a folder that can be written to (" + e + ")");
    } catch (RuntimeException e) {
      unlock(lock);
      throw e;
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    var channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    FileLock taken = null;
    try {
      taken = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // another node of this process
    } finally {
      if (taken == null) {
        channel.close();
      }
    }
    if (taken == null) {
      throw new ConfigException("data", folder.toString(), "a folder that no other node uses");
    }
    return channel;
  }

  private static Incarnation read(Path file) throws IOException {
    try {
      var bytes = Files.size(file) > MAX_BYTES ? new byte[0] : Files.readAllBytes(file);
      return Incarnation.parse(new String(bytes, StandardCharsets.US_ASCII).strip());
    } catch (ConfigException e) {
      throw new StorageException(
          file + " does not say which life of this node was the last",
          ErrorContext.advice(
              "Restore it; or remove it, and the next life is numbered by the clock alone."),
          e);
    }
  }

  /** Whole or not at all, and there after a power cut. */
  private static void write(Path file, Incarnation life) throws IOException {
    var draft = file.resolveSibling(FILE + ".tmp");
    try (var out =
        FileChannel.open(
            draft,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap((life + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    var folder = file.getParent();
    if (folder != null) {
      syncFolder(folder);
    }
  }

  /** Not every system can; then the file system's own order has to do. */
  private static void syncFolder(Path folder) {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "the folder " + folder + " cannot be synced", e);
    }
  }

  Incarnation incarnation() {
    return incarnation;
  }

  /** Gives the folder to the next process. */
  @Override
  public void close() {
    unlock(lock);
  }

  private static void unlock(@Nullable FileChannel lock) {
    if (lock == null) {
      return;
    }
    try {
      lock.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the lock of the data folder is not given back", e);
    }
  }
}
