package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.PlainScan;
import io.sennit.cli.demo.grid.Contracts.Hit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares the lines of one worker's stream with the plain scan's, file by file. */
final class LineTally {
  private final Map<String, PlainScan.Hits> got = new HashMap<>();
  private final Map<String, Long> last = new HashMap<>();
  private long doubled;
  private long received;

  void take(Hit hit) {
    received++;
    long before = last.getOrDefault(hit.round() + " " + hit.path(), 0L);
    if (hit.line() <= before) {
      doubled++;
      return;
    }
    last.put(hit.round() + " " + hit.path(), hit.line());
    var sum = got.getOrDefault(hit.path(), PlainScan.Hits.NONE);
    got.put(hit.path(), sum.and(hit.line(), hit.text()));
  }

  long received() {
    return received;
  }

  /** Lines of some files that came, each once. */
  long kept(List<String> files) {
    return files.stream().mapToLong(f -> got.getOrDefault(f, PlainScan.Hits.NONE).lines()).sum();
  }

  /** Lines that came again, or after a later one of their file. */
  long doubled() {
    return doubled;
  }

  /** Lines of the plain scan that never came. */
  long missing(Expected expected, List<String> files, String term, int rounds) {
    long missing = 0;
    for (var file : files) {
      long should = expected.plain().hits(file, term).lines() * rounds;
      missing += Math.max(0, should - got.getOrDefault(file, PlainScan.Hits.NONE).lines());
    }
    return missing;
  }

  /** Files whose lines are as the plain scan's: numbers and texts. */
  long right(Expected expected, List<String> files, String term, int rounds) {
    return files.stream()
        .filter(
            file -> {
              var should = expected.plain().hits(file, term);
              var is = got.getOrDefault(file, PlainScan.Hits.NONE);
              return should.lines() > 0
                  && is.lines() == should.lines() * rounds
                  && is.sum() == should.sum() * rounds;
            })
        .count();
  }
}
