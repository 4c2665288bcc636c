package io.sennit.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Exclusive locks on files, among processes and within this one. The system frees them when the
 * process dies, however it dies. A process must never open a locked file a second time, since
 * closing that second handle would free the lock; so what is held here is written down first.
 */
final class FileLocks {
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private FileLocks() {}

  /**
   * Takes the lock if it is free; never waits.
   *
   * @param file made if it is not there; its folder must be a real path
   */
  static Optional<Held> tryLock(Path file) throws IOException {
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    Held held = null;
    try {
      OwnerFiles.file(file);
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      var lock = channel.tryLock();
      if (lock != null) {
        held = new Held(file, channel, lock, key(file));
      }
      return Optional.ofNullable(held);
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // another class loader's copy of this class holds it
    } finally {
      if (held == null) {
        try {
          if (channel != null) {
            channel.close();
          }
        } finally {
          HELD.remove(file);
        }
      }
    }
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** A lock that is held until closed. Any one thread at a time. */
  static final class Held implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final @Nullable Object key;
    private boolean closed;

    private Held(Path file, FileChannel channel, FileLock lock, @Nullable Object key) {
      this.file = file;
      this.channel = channel;
      this.lock = lock;
      this.key = key;
    }

    /** Whether the file under that name is still the one that is locked. */
    boolean stillThere() {
      try {
        return lock.isValid() && Objects.equals(key, key(file));
      } catch (IOException e) {
        return false; // it cannot be looked at, so nobody can be sure
      }
    }

    /** Frees the lock; idempotent. */
    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      try {
        channel.close(); // closed even when it throws
      } finally {
        closed = !channel.isOpen();
        if (closed) {
          HELD.remove(file);
        }
      }
    }
  }
}
