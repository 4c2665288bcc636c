package io.sennit.store;

import io.sennit.core.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A term of leadership: the role's lock held, its epoch on the disk. Blocking; never on a loop. */
final class Term implements AutoCloseable {
  private final FileLocks.Held lock;
  private final EpochFile file;
  private final long epoch;

  private Term(FileLocks.Held lock, EpochFile file, long epoch) {
    this.lock = lock;
    this.file = file;
    this.epoch = epoch;
  }

  /** Begins a term if nobody else leads. */
  static Optional<Term> tryBegin(Path folder, String role, String me) throws IOException {
    var base = FileNames.of("role", role);
    var real = OwnerFiles.folder(folder);
    var lock = FileLocks.tryLock(real.resolve(base + ".leader")).orElse(null);
    if (lock == null) {
      return Optional.empty();
    }
    boolean begun = false;
    try {
      var file = new EpochFile(real.resolve(base + ".epoch"));
      long epoch = file.read() + 1;
      file.write(epoch, me); // on the disk before anybody acts on it
      begun = true;
      return Optional.of(new Term(lock, file, epoch));
    } finally {
      if (!begun) {
        lock.close();
      }
    }
  }

  long epoch() {
    return epoch;
  }

  /** Whether lock and epoch are still ours: somebody may have removed or replaced the files. */
  boolean sure() {
    try {
      return lock.stillThere() && file.read() == epoch;
    } catch (IOException | StorageException e) {
      return false; // it cannot be looked at, so nobody can be sure
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
