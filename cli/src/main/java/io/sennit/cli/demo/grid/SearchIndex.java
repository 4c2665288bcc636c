package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Rules;
import io.sennit.cli.demo.grid.Contracts.Count;
import io.sennit.cli.demo.grid.Contracts.FileRef;
import io.sennit.cli.demo.grid.Contracts.Hit;
import io.sennit.cli.demo.grid.Contracts.Progress;
import io.sennit.grid.RemoteErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One worker's share of the files. Files up to 32 MiB are held in memory while they fit in half of
 * the heap; the others stay where they are and are searched there. Filled by one thread, then read
 * by any.
 */
final class SearchIndex {
  private static final long IN_MEMORY = 32L << 20;

  private final long budget = Runtime.getRuntime().maxMemory() / 2;
  private final List<Text> texts = new ArrayList<>();
  private final Map<String, Integer> skipped = new TreeMap<>();
  private long held;
  private long bytes;
  private long lines;
  private int mapped;

  /** Takes one file in. */
  void add(FileRef file) {
    var path = Path.of(file.path());
    boolean fits = file.bytes() <= IN_MEMORY && held + Text.heapFor(file.bytes()) <= budget;
    try {
      var text = fits ? Text.inMemory(path) : Text.mapped(path);
      held += fits ? Text.heapFor(file.bytes()) : 0;
      mapped += fits ? 0 : 1;
      lines += text.lines();
      texts.add(text);
    } catch (Text.NotText e) {
      skipped.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
    } catch (IOException e) {
      skipped.merge(Rules.UNREADABLE, 1, Integer::sum);
    }
    bytes += file.bytes();
  }

  Progress progress(boolean done) {
    return new Progress(texts.size(), bytes, lines, mapped, Map.copyOf(skipped), done);
  }

  Count count(String term) {
    var wanted = bytes(term);
    long files = 0;
    var found = new long[1];
    for (var text : texts) {
      long before = found[0];
      text.search(wanted, (number, from, to) -> found[0]++);
      files += found[0] > before ? 1 : 0;
    }
    return new Count(files, found[0]);
  }

  void lines(String term, int round, Consumer<Hit> out) {
    var wanted = bytes(term);
    for (var text : texts) {
      var path = text.path().toString();
      text.search(
          wanted,
          (number, from, to) -> out.accept(new Hit(round, path, number, text.line(from, to))));
    }
  }

  /** So many bytes of the texts, in order, from the first again after the last. */
  byte[] bytes(int count) {
    var all = ByteBuffer.allocate(count);
    while (all.hasRemaining() && !texts.isEmpty()) {
      for (var text : texts) {
        var some = text.bytes();
        all.put(some.limit(Math.min(some.limit(), all.remaining())));
      }
    }
    return all.array();
  }

  private static byte[] bytes(String term) {
    if (term.isEmpty() || term.indexOf('\n') >= 0) {
      throw RemoteErrors.of("a term is one or more characters of one line");
    }
    return term.getBytes(StandardCharsets.UTF_8);
  }
}
