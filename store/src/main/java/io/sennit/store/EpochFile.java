package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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

  /** The last epoch written; 0 if there is none. */
  long read() throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    var line = Files.readString(file, UTF_8).strip();
    int check = line.lastIndexOf(", check ");
    if (check >= 0 && line.substring(check + 8).equals(sum(line.substring(0, check)))) {
      return Long.parseLong(line.split(" ", 3)[1]);
    }
    throw new IOException(
        "the epoch file " + file + " is damaged: write a number greater than any epoch in use");
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
