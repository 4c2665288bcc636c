package io.sennit.causal.compat;

import io.sennit.causal.Octets;
import io.sennit.causal.wire.Element;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The original's OR-Set: values, each held by the unique tags of its addings, in memory or in a
 * file of the original's form (docs/protocol/causal.md §7). A value is there while one tag holds
 * it, so an adding that a removal did not see wins over it.
 *
 * <p>A change of a set with a file is in the file, and on the disk, when the method returns; the
 * file is replaced in one step, never written in place. If that fails the set is as before. Safe
 * for use by any number of threads; nothing of the caller runs under its lock: what others are to
 * be told is returned.
 *
 * <p>seed: {@code ORSet}.
 */
public final class TagSet {
  private final Supplier<String> newTags;
  private final @Nullable Path file;
  private final Map<String, Octets> values = new LinkedHashMap<>(); // by tag
  private final TreeMap<Octets, Set<String>> tags = new TreeMap<>(); // by value

  private TagSet(@Nullable Path file, Supplier<String> newTags) {
    this.file = file;
    this.newTags = newTags;
  }

  /** An empty set in memory; seed: {@code InitORSet}. */
  public static TagSet inMemory() {
    return inMemory(() -> UUID.randomUUID().toString());
  }

  /** An empty set in memory whose tags come from the caller, each once. */
  public static TagSet inMemory(Supplier<String> newTags) {
    return new TagSet(null, newTags);
  }

  /**
   * An empty set with a new file, readable by its owner only; one that is there is emptied. seed:
   * {@code InitORSetWithFile}.
   *
   * @throws StorageException if the file cannot be written
   */
  public static TagSet create(Path file) {
    var set = new TagSet(file, () -> UUID.randomUUID().toString());
    set.writeToFile();
    return set;
  }

  /**
   * The set that a file holds; seed: {@code InitORSetFromFile}. Text is not trimmed: a line end at
   * its end becomes part of the last tag.
   *
   * @throws StorageException if the file cannot be read
   * @throws io.sennit.core.ProtocolException for an odd number of items or bad base64
   */
  public static TagSet load(Path file) {
    byte[] text;
    try {
      text = Files.readAllBytes(file);
    } catch (IOException e) {
      throw failure("read", file, Outcome.DID_NOT_RUN, e);
    }
    var set = new TagSet(file, () -> UUID.randomUUID().toString());
    for (var element : Element.parsePairs(text)) {
      set.put(element.tag(), element.value());
    }
    return set;
  }

  /**
   * Writes the set to its file; seed: {@code WriteORSetToFile}.
   *
   * @throws StorageException if it cannot be written; the file is then as before
   * @throws IllegalStateException if it has no file
   */
  public synchronized void writeToFile() {
    if (file == null) {
      throw new IllegalStateException("this set has no file");
    }
    write(file);
  }

  /** The values that are there, each once, in the order of their bytes; seed: GetAllValues. */
  public synchronized List<Octets> values() {
    return List.copyOf(tags.keySet());
  }

  /** All elements, in the order of their addings. */
  public synchronized List<Element> elements() {
    var all = new ArrayList<Element>(values.size());
    values.forEach((tag, value) -> all.add(Element.of(value, tag)));
    return List.copyOf(all);
  }

  /** Whether a value is there; seed: {@code Lookup}. */
  public synchronized boolean contains(Octets value) {
    return tags.containsKey(value);
  }

  /** The tags of a value, in the order of their addings; empty if it is not there. */
  public synchronized List<String> tagsOf(Octets value) {
    return List.copyOf(tags.getOrDefault(value, Set.of()));
  }

  /**
   * What somebody's adding does here; again: nothing. A tag that holds another value holds this one
   * from now on. seed: {@code AddEffect}.
   *
   * @throws StorageException if the file cannot be written; the set is then as before
   */
  public synchronized void addEffect(Octets value, String tag) {
    var before = Optional.ofNullable(put(tag, value));
    keep(
        () -> {
          drop(tag);
          before.ifPresent(old -> put(tag, old));
        });
  }

  /**
   * Adds a value under a new tag, also if it is there; seed: {@code Add}.
   *
   * @return what others are to be told
   * @throws StorageException if the file cannot be written; the set is then as before (in the
   *     original the element stays)
   */
  public synchronized Element add(Octets value) {
    var tag = newTags.get();
    if (values.containsKey(tag)) {
      throw new IllegalStateException("not a new tag: " + tag);
    }
    addEffect(value, tag);
    return Element.of(value, tag);
  }

  /**
   * What somebody's removal does here: the tags it saw go; unknown ones are ignored. seed: {@code
   * RemoveEffect}.
   *
   * @throws StorageException if the file cannot be written; the set is then as before (the original
   *     puts back tags that were not there)
   */
  public synchronized void removeEffect(List<String> seen) {
    var before = new LinkedHashMap<String, Octets>();
    for (var tag : seen) {
      var old = drop(tag);
      if (old != null) {
        before.put(tag, old);
      }
    }
    keep(() -> before.forEach(this::put));
  }

  /**
   * Removes a value with all the tags it has now; seed: {@code Remove}.
   *
   * @return what others are to be told; empty if the value is not there, which the original calls
   *     an error
   * @throws StorageException if the file cannot be written; the set is then as before
   */
  public synchronized List<Element> remove(Octets value) {
    var seen = tagsOf(value);
    if (!seen.isEmpty()) {
      removeEffect(seen);
    }
    return seen.stream().map(tag -> Element.of(value, tag)).toList();
  }

  private @Nullable Octets put(String tag, Octets value) {
    var before = drop(tag);
    values.put(tag, value);
    tags.computeIfAbsent(value, _ -> new LinkedHashSet<>()).add(tag);
    return before;
  }

  private @Nullable Octets drop(String tag) {
    var value = values.remove(tag);
    if (value != null) {
      var left = tags.get(value);
      if (left != null && left.remove(tag) && left.isEmpty()) {
        tags.remove(value);
      }
    }
    return value;
  }

  private void keep(Runnable undo) {
    if (file == null) {
      return;
    }
    try {
      write(file);
    } catch (StorageException e) {
      undo.run();
      throw e;
    }
  }

  private void write(Path to) {
    var temporary = to.resolveSibling(to.getFileName() + ".new");
    try {
      Files.deleteIfExists(temporary);
      Files.createFile(
          temporary,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(
          temporary,
          Element.encodePairs(elements()),
          StandardOpenOption.WRITE,
          StandardOpenOption.DSYNC);
      Files.move(
          temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (var folder = FileChannel.open(to.toAbsolutePath().getParent())) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw failure("write", to, Outcome.UNKNOWN, e);
    }
  }

  private static StorageException failure(String doing, Path file, Outcome outcome, IOException e) {
    return new StorageException(
        "the set's file could not be " + (doing.equals("read") ? "read" : "written") + ": " + e,
        new ErrorContext(
            "", doing + " " + file, Duration.ZERO, outcome, "Look at the disk, then try again"),
        e);
  }
}
