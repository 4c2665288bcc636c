package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Rules;
import io.sennit.cli.demo.Stamp;
import io.sennit.cli.demo.Walk;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The right answers: of the plain scan, for all files and for each worker's share, without those
 * that have changed since they were listed. Any thread may use it.
 */
final class Expected {
  private static final long STREAMED = 40_000; // lines, so that it takes seconds at most

  private final PlainScan plain;
  private final List<String> terms;
  private final List<Map<String, Stamp>> shares;
  private final List<Set<String>> changed;

  Expected(PlainScan plain, List<String> terms, List<List<Walk.Found>> shares) {
    this.plain = plain;
    this.shares = shares.stream().map(Expected::byPath).toList();
    this.changed =
        shares.stream().map(s -> (Set<String>) ConcurrentHashMap.<String>newKeySet()).toList();
    this.terms = terms.stream().filter(t -> all(t).lines() > 0).toList();
  }

  private static Map<String, Stamp> byPath(List<Walk.Found> share) {
    var all = new TreeMap<String, Stamp>();
    share.forEach(f -> all.put(f.path().toString(), f.stamp()));
    return all;
  }

  PlainScan plain() {
    return plain;
  }

  /** Those chosen that are in some file, the frequent ones first. */
  List<String> terms() {
    return terms;
  }

  /** The term with the most lines. */
  String frequent() {
    return terms.stream().max((a, b) -> Long.compare(all(a).lines(), all(b).lines())).orElseThrow();
  }

  /** The term whose lines are streamed: the most frequent one that has not too many. */
  String streamed() {
    return terms.stream()
        .filter(t -> all(t).lines() <= STREAMED)
        .max((a, b) -> Long.compare(all(a).lines(), all(b).lines()))
        .orElseGet(this::rare);
  }

  /** The term with the fewest lines. */
  String rare() {
    return terms.stream().min((a, b) -> Long.compare(all(a).lines(), all(b).lines())).orElseThrow();
  }

  PlainScan.Total all(String term) {
    return plain.total(term, this::counts);
  }

  PlainScan.Total of(int worker, String term) {
    return plain.total(term, path -> owns(worker, path) && !changed.get(worker).contains(path));
  }

  private boolean counts(String path) {
    for (int i = 0; i < shares.size(); i++) {
      if (shares.get(i).containsKey(path)) {
        return !changed.get(i).contains(path);
      }
    }
    return false; // it came after the files were handed out
  }

  /** Whether a file is in a worker's share. */
  boolean owns(int worker, String path) {
    return shares.get(worker).containsKey(path);
  }

  /** Paths of a worker's texts, in order. */
  List<String> files(int worker) {
    return plain.files().stream().filter(p -> owns(worker, p) && counts(p)).toList();
  }

  /** Paths of all texts, in order. */
  List<String> files() {
    return plain.files().stream().filter(this::counts).toList();
  }

  /** The texts that are on the disk as the plain scan read them, in order. */
  List<String> steady(Collection<String> files) {
    return files.stream().filter(plain::isSteady).toList();
  }

  /** The worker that holds the most lines of a term. */
  int richest(String term) {
    return IntStream.range(0, shares.size())
        .boxed()
        .max((a, b) -> Long.compare(of(a, term).lines(), of(b, term).lines()))
        .orElseThrow();
  }

  /** The files of a worker's share that count no more. */
  Set<String> changed(int worker) {
    return Set.copyOf(changed.get(worker));
  }

  /** How many these are. */
  int changedCount(int worker) {
    return changed.get(worker).size();
  }

  /** How many they are in all shares. */
  int changedCount() {
    return changed.stream().mapToInt(Set::size).sum();
  }

  /** Takes out files that were found to have changed, each from the share it is in. */
  void takeOut(Collection<String> paths) {
    for (var path : paths) {
      for (int i = 0; i < shares.size(); i++) {
        if (owns(i, path)) {
          changed.get(i).add(path);
        }
      }
    }
  }

  /**
   * Takes out files that a worker says have changed, as far as they really are others now than when
   * they were listed or read by the plain scan: nobody is believed who only says so.
   */
  void takeOutIfChanged(int worker, Collection<String> paths) {
    for (var path : paths) {
      var listed = shares.get(worker).get(path);
      if (listed != null && isOther(path, listed)) {
        changed.get(worker).add(path);
      }
    }
  }

  private boolean isOther(String path, Stamp listed) {
    return !Stamp.now(Path.of(path)).equals(Optional.of(listed))
        || plain.isOtherThan(path, listed)
        || Rules.CHANGED.equals(plain.skipped().get(path));
  }
}
