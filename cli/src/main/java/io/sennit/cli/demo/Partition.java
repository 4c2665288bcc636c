package io.sennit.cli.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Shares files out by size: the largest first, each to whoever has least. Always the same way. */
public final class Partition {
  private Partition() {}

  /** One list per part, each in the order of the paths; parts may be empty. */
  public static List<List<Walk.Found>> of(List<Walk.Found> files, int parts) {
    var shares = new ArrayList<List<Walk.Found>>();
    var bytes = new long[parts];
    for (int i = 0; i < parts; i++) {
      shares.add(new ArrayList<>());
    }
    var bySize =
        files.stream()
            .sorted(
                Comparator.comparingLong(Walk.Found::bytes)
                    .reversed()
                    .thenComparing(f -> f.path().toString()))
            .toList();
    for (var file : bySize) {
      int least = 0;
      for (int i = 1; i < parts; i++) {
        least = bytes[i] < bytes[least] ? i : least;
      }
      shares.get(least).add(file);
      bytes[least] += file.bytes();
    }
    shares.forEach(s -> s.sort(Comparator.comparing(f -> f.path().toString())));
    return shares;
  }
}
