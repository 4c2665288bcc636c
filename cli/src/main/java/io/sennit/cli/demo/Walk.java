package io.sennit.cli.demo;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files to hand out, by the {@link Rules}, and notes what it passes by. It goes folder by
 * folder in the order of names and stops where the {@link Bounds} say.
 */
public final class Walk {
  /** A file to search, as it was when it was listed. */
  public record Found(Path path, Stamp stamp) {
    /** Bytes of it. */
    public long bytes() {
      return stamp.bytes();
    }
  }

  private final Bounds bounds;
  private final List<Found> files = new ArrayList<>();
  private final SortedMap<String, String> skipped = new TreeMap<>();
  private long total;
  private int entries;
  private @Nullable Path end;

  private Walk(Bounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Walks a folder within {@link Bounds#USUAL}.
   *
   * @throws IOException if the folder itself cannot be read
   */
  public static Walk of(Path root) throws IOException {
    return of(root, Bounds.USUAL);
  }

  /**
   * Walks a folder.
   *
   * @throws IOException if the folder itself cannot be read
   */
  public static Walk of(Path root, Bounds bounds) throws IOException {
    var walk = new Walk(bounds);
    for (var entry : names(root.toRealPath())) {
      walk.look(entry);
    }
    walk.files.sort(Comparator.comparing(f -> f.path().toString()));
    return walk;
  }

  /** The files in the order of their paths as text. */
  public List<Found> files() {
    return files;
  }

  /** Bytes of all files. */
  public long bytes() {
    return total;
  }

  /** What was passed by: path and reason. */
  public SortedMap<String, String> skipped() {
    return skipped;
  }

  /** The first entry that was not looked at, if only a part of the folder was. */
  public Optional<Path> end() {
    return Optional.ofNullable(end);
  }

  private static List<Path> names(Path folder) throws IOException {
    var all = new ArrayList<Path>();
    try (var stream = Files.newDirectoryStream(folder)) {
      stream.forEach(all::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    all.sort(Comparator.comparing(p -> p.getFileName().toString()));
    return all;
  }

  private void look(Path entry) {
    if (end == null && entries >= bounds.entries()) {
      end = entry;
    }
    if (end != null) {
      return;
    }
    entries++;
    var name = entry.getFileName().toString();
    if (name.indexOf(Rules.UNKNOWN) >= 0) {
      skip(entry, Rules.NAME);
      return;
    }
    try {
      var attributes =
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        folder(entry, name);
      } else {
        file(entry, attributes);
      }
    } catch (IOException e) {
      skip(entry, Rules.UNREADABLE);
    }
  }

  private void folder(Path folder, String name) throws IOException {
    if (name.startsWith(".") || name.equals("target") || name.equals("node_modules")) {
      skip(folder, Rules.FOLDER);
      return;
    }
    for (var entry : names(folder)) {
      look(entry);
    }
  }

  private void file(Path file, BasicFileAttributes attributes) throws IOException {
    if (attributes.isSymbolicLink()) {
      skip(file, Rules.LINK);
    } else if (!attributes.isRegularFile()) {
      skip(file, Rules.SPECIAL);
    } else if (attributes.size() == 0) {
      skip(file, Rules.EMPTY);
    } else if (attributes.size() > Rules.MAX_FILE) {
      skip(file, Rules.TOO_LARGE);
    } else if (isBinary(file)) {
      skip(file, Rules.BINARY);
    } else if (files.size() >= bounds.files() || total + attributes.size() > bounds.bytes()) {
      end = file;
    } else {
      files.add(new Found(file, Stamp.of(attributes)));
      total += attributes.size();
    }
  }

  private static boolean isBinary(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      for (byte b : in.readNBytes(Rules.HEAD)) {
        if (b == 0) {
          return true;
        }
      }
      return false;
    }
  }

  private void skip(Path entry, String why) {
    skipped.put(entry.toString(), why);
  }
}
