package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.ErrorContext;
import io.sennit.core.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The number of the last term of a role, in a line of text that people can read: {@code epoch 7 of
 * NODE, check 0123abcd}. Replaced as a whole, so that a power cut leaves the old or the new one.
 * Only who holds the role's lock may write it.
 */
final class EpochFile {
  private final Path file;

  EpochFile(Path file) {
    this.file = file;
  }

  /**
   * The last epoch written; 0 if there is no file. A number alone is taken too, so that a person
   * can put a damaged file right.
   *
   * @throws IOException if it cannot be read, which is not the same as not being there
   * @throws StorageException if it is damaged
   */
  long read() throws IOException {
    String line;
    try {
      line = Files.readString(file, UTF_8).strip();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (CharacterCodingException e) {
      throw damaged();
    }
    int check = line.lastIndexOf(", check ");
    boolean ours = check >= 0 && line.substring(check + 8).equals(sum(line.substring(0, check)));
    var number = ours ? line.split(" ", 3)[1] : line;
    try {
      long epoch = Long.parseLong(number);
      if (epoch >= 0 && epoch < Long.MAX_VALUE) {
        return epoch;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw damaged();
  }

  private StorageException damaged() {
    return new StorageException(
        "the epoch file " + file + " is damaged",
        ErrorContext.advice(
            "Put a number alone into the file that is greater than any epoch in use; it is then"
                + " read within a second"));
  }

  /** Writes an epoch and forces it to the disk. */
  void write(long epoch, String by) throws IOException {
    var words = "epoch " + epoch + " of " + by.replaceAll("\\p{Cntrl}", "?");
    var next = file.resolveSibling(file.getFileName() + ".new");
    OwnerFiles.file(next);
    try (var channel =
        FileChannel.open(next, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap((words + ", check " + sum(words) + "\n").getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    OwnerFiles.syncFolder(file);
  }

  private static String sum(String words) {
    var crc = new CRC32C();
    crc.update(words.getBytes(UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
