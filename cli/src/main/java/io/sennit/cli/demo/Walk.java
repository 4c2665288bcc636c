package io.sennit.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds the files to hand out, by the {@link Rules}, and counts what it passes by. */
public final class Walk extends SimpleFileVisitor<Path> {
  /** A file to search. */
  public record Found(Path path, long bytes) {}

  private final Path root;
  private final List<Found> files = new ArrayList<>();
  private final SortedMap<String, Integer> skipped = new TreeMap<>();
  private long total;

  private Walk(Path root) {
    this.root = root;
  }

  /**
   * Walks a folder.
   *
   * @throws IOException if the folder itself cannot be read
   */
  public static Walk of(Path root) throws IOException {
    var walk = new Walk(root.toRealPath());
    Files.walkFileTree(walk.root, walk);
    walk.files.sort(Comparator.comparing(Found::path));
    return walk;
  }

  /** The files in the order of their paths. */
  public List<Found> files() {
    return files;
  }

  /** Bytes of all files. */
  public long bytes() {
    return total;
  }

  /** How many were passed by, by reason. */
  public SortedMap<String, Integer> skipped() {
    return skipped;
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    if (!folder.equals(root) && Rules.isLeftOut(folder.getFileName().toString())) {
      skip(Rules.FOLDER);
      return FileVisitResult.SKIP_SUBTREE;
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      skip(Rules.LINK);
    } else if (!attributes.isRegularFile()) {
      skip(Rules.SPECIAL);
    } else if (attributes.size() == 0) {
      skip(Rules.EMPTY);
    } else if (attributes.size() > Rules.MAX_FILE) {
      skip(Rules.TOO_LARGE);
    } else {
      look(file, attributes.size());
    }
    return FileVisitResult.CONTINUE;
  }

  private void look(Path file, long bytes) {
    try (var in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(Rules.HEAD)) {
        if (b == 0) {
          skip(Rules.BINARY);
          return;
        }
      }
    } catch (IOException e) {
      skip(Rules.UNREADABLE);
      return;
    }
    if (files.size() >= Rules.MAX_FILES || total + bytes > Rules.MAX_TOTAL) {
      skip(Rules.BEYOND);
      return;
    }
    files.add(new Found(file, bytes));
    total += bytes;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
    if (file.equals(root)) {
      throw why;
    }
    skip(Rules.UNREADABLE);
    return FileVisitResult.CONTINUE;
  }

  private void skip(String why) {
    skipped.merge(why, 1, Integer::sum);
  }
}
