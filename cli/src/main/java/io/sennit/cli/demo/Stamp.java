package io.sennit.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * By what a changed file is told: its size in bytes and its time of change in nanoseconds since
 * 1970. The clock of a file system may stand still for some milliseconds.
 */
public record Stamp(long bytes, long modifiedNs) {
  /** Of attributes that were read. */
  public static Stamp of(BasicFileAttributes attributes) {
    return new Stamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
  }

  /** Of a file as it is now; empty if it is gone, or no file any more. */
  public static Optional<Stamp> now(Path file) {
    try {
      var attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? Optional.of(of(attributes)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // gone, or out of reach: it is not what it was
    }
  }
}
