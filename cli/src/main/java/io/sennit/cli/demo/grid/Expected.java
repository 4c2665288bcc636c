package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.Walk;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The right answers: of the plain scan, for all files and for each worker's share. */
final class Expected {
  private final PlainScan plain;
  private final List<String> terms;
  private final List<Set<String>> shares;

  Expected(PlainScan plain, List<String> terms, List<List<Walk.Found>> shares) {
    this.plain = plain;
    this.terms = terms;
    this.shares =
        shares.stream()
            .map(
                s -> (Set<String>) new HashSet<>(s.stream().map(f -> f.path().toString()).toList()))
            .toList();
  }

  PlainScan plain() {
    return plain;
  }

  List<String> terms() {
    return terms;
  }

  /** The term with the most lines. */
  String frequent() {
    return terms.stream().max((a, b) -> Long.compare(all(a).lines(), all(b).lines())).orElseThrow();
  }

  /** The term with the fewest lines. */
  String rare() {
    return terms.stream().min((a, b) -> Long.compare(all(a).lines(), all(b).lines())).orElseThrow();
  }

  PlainScan.Total all(String term) {
    return plain.total(term, path -> true);
  }

  PlainScan.Total of(int worker, String term) {
    return plain.total(term, shares.get(worker)::contains);
  }

  /** Whether a file is in a worker's share. */
  boolean owns(int worker, String path) {
    return shares.get(worker).contains(path);
  }

  /** Paths of a worker's texts, in order. */
  List<String> files(int worker) {
    return plain.files().stream().filter(shares.get(worker)::contains).toList();
  }

  /** The worker that holds the most lines of a term. */
  int richest(String term) {
    return IntStream.range(0, shares.size())
        .boxed()
        .max((a, b) -> Long.compare(of(a, term).lines(), of(b, term).lines()))
        .orElseThrow();
  }
}
