package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Rules;
import io.sennit.cli.demo.Stamp;
import io.sennit.cli.demo.Walk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What became of each entry of the folder, by the walk with the workers and by the plain scan. Two
 * that differ are a fault of ours, unless the file system shows that the entry changed meanwhile:
 * then it counts as {@link Rules#CHANGED} on both sides.
 */
final class Agreement {
  private static final String TEXT = "";
  private static final String UNSEEN = "not listed";
  private static final Duration COARSE = Duration.ofMillis(20); // a file system's clock ticks

  private final Walk walk;
  private final PlainScan plain;
  private final Instant began;
  private final Map<String, Stamp> listed = new TreeMap<>();
  private final List<String> changed = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final SortedMap<String, Integer> passedBy = new TreeMap<>();
  private int entries;

  /**
   * Compares.
   *
   * @param skipped what the workers passed by after reading it
   * @param changed what they found changed
   * @param began when the walk began
   */
  Agreement(
      Walk walk,
      Map<String, String> skipped,
      Collection<String> changed,
      PlainScan plain,
      Instant began) {
    this.walk = walk;
    this.plain = plain;
    this.began = began;
    var ours = new TreeMap<>(walk.skipped());
    for (var file : walk.files()) {
      var path = file.path().toString();
      listed.put(path, file.stamp());
      ours.put(path, skipped.getOrDefault(path, TEXT));
    }
    changed.forEach(path -> ours.replace(path, Rules.CHANGED));
    var theirs = new TreeMap<>(plain.skipped());
    plain.files().forEach(path -> theirs.put(path, TEXT));
    compare(ours, theirs);
  }

  private void compare(SortedMap<String, String> ours, SortedMap<String, String> theirs) {
    var all = new TreeSet<>(ours.keySet());
    all.addAll(theirs.keySet());
    var differ = new ArrayList<String>();
    for (var path : all) {
      var one = ours.getOrDefault(path, UNSEEN);
      var other = theirs.getOrDefault(path, UNSEEN);
      if (one.equals(other)) {
        entries++;
        if (!one.isEmpty()) {
          passedBy.merge(one, 1, Integer::sum);
        }
        if (one.equals(Rules.CHANGED)) {
          changed.add(path);
        }
      } else if (hasChanged(path, one.equals(UNSEEN) || other.equals(UNSEEN))) {
        entries++;
        changed.add(path);
        passedBy.merge(Rules.CHANGED, 1, Integer::sum);
      } else {
        differ.add(path);
      }
    }
    boolean endMoved = !changed.isEmpty() && !endsAgree();
    for (var path : differ) {
      var one = ours.getOrDefault(path, UNSEEN);
      var other = theirs.getOrDefault(path, UNSEEN);
      if (endMoved && (one.equals(UNSEEN) || other.equals(UNSEEN))) {
        changed.add(path); // what changed before it moved the end of the part
      } else {
        faults.add("%s: %s, but %s by the plain scan".formatted(path, said(one), said(other)));
      }
    }
    if (changed.isEmpty() && !endsAgree()) {
      faults.add("the part ends before " + walk.end() + ", but before " + plain.end());
    }
  }

  private static String said(String verdict) {
    return verdict.isEmpty() ? "a text" : verdict;
  }

  private boolean endsAgree() {
    return plain.end().equals(walk.end().map(Path::toString).orElse(""));
  }

  /** Whether the file system shows that an entry is not what it was. */
  private boolean hasChanged(String name, boolean onceUnseen) {
    var path = Path.of(name);
    var was = listed.get(name);
    if (was != null && !Stamp.now(path).equals(Optional.of(was))) {
      return true;
    }
    if (was != null && plain.isOtherThan(name, was)) {
      return true;
    }
    // one look saw it, the other did not, or saw another kind: then it or its folder was written
    return wasWritten(path) || onceUnseen && wasWritten(path.resolveSibling("."));
  }

  private boolean wasWritten(Path path) {
    try {
      var since = began.minus(COARSE);
      var changedAt = Files.readAttributes(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
      return changedAt.get("ctime") instanceof FileTime time && time.toInstant().isAfter(since);
    } catch (IOException e) {
      return !Files.exists(path); // gone
    } catch (UnsupportedOperationException e) {
      return false; // no such clock on this system: only size and time of change count
    }
  }

  /** Files that one side or both found changed: they count for neither. */
  List<String> changed() {
    return changed;
  }

  /** Entries on which the sides differ though nothing has changed. */
  List<String> faults() {
    return faults;
  }

  /** How many entries both looked at. */
  int entries() {
    return entries;
  }

  /** How many entries were passed by, by reason. */
  SortedMap<String, Integer> passedBy() {
    return passedBy;
  }
}
