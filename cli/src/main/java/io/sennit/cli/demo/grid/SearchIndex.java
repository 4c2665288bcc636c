package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Limits;
import io.sennit.cli.demo.Rules;
import io.sennit.cli.demo.Stamp;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One worker's share of the files. Files up to 32 MiB are held in memory while they fit in half of
 * the heap; the others stay where they are and are read there. A file that has changed since it was
 * listed is left out from the moment on that this is noticed. Filled by one thread, then used by
 * any.
 */
final class SearchIndex {
  private static final long IN_MEMORY = 32L << 20;

  private final long budget = Limits.INDEX_HEAP;
  private final List<Text> filling = new ArrayList<>();
  private final Map<String, String> skipped = new ConcurrentSkipListMap<>();
  private final Set<String> changed = new ConcurrentSkipListSet<>();
  private volatile List<Text> texts = List.of();
  private int given;
  private long held;
  private long bytes;

  /** Takes one file in. */
  void add(FileRef ref) {
    var file = new FileBytes(Path.of(ref.path()), new Stamp(ref.bytes(), ref.modifiedNs()));
    long heap = HeldText.heapFor(ref.bytes());
    boolean fits = ref.bytes() <= IN_MEMORY && held + heap <= budget;
    given++;
    bytes += ref.bytes();
    try {
      filling.add(fits ? HeldText.of(file) : FileText.of(file));
      held += fits ? heap : 0;
    } catch (Text.NotText e) {
      if (e.why().equals(Rules.CHANGED)) {
        changed.add(ref.path());
      } else {
        skipped.put(ref.path(), e.why());
      }
    } catch (IOException e) {
      skipped.put(ref.path(), Rules.UNREADABLE);
    }
  }

  /** All files were taken in. */
  void filled() {
    texts = new CopyOnWriteArrayList<>(filling);
  }

  /** How far the filling is, and at its end what was passed by. */
  Progress progress(boolean done) {
    var now = done ? texts : filling;
    return new Progress(
        now.size(),
        bytes,
        now.stream().mapToLong(Text::lines).sum(),
        (int) now.stream().filter(FileText.class::isInstance).count(),
        done ? Map.copyOf(skipped) : Map.of(),
        done);
  }

  /** Leaves out files of which the front has found that they have changed. */
  void forget(List<String> paths) {
    var gone = new HashSet<>(paths);
    skipped.keySet().removeAll(gone);
    changed.addAll(paths);
    texts.removeIf(text -> gone.contains(text.path().toString()));
  }

  /** The files left out as changed. */
  Set<String> changed() {
    return Set.copyOf(changed);
  }

  /** How many files and lines hold a term. */
  Count count(String term) {
    var wanted = bytes(term);
    int searched = 0;
    long files = 0;
    long lines = 0;
    for (var text : texts) {
      var found = new long[1];
      if (search(text, wanted, (number, all, from, to) -> found[0]++)) {
        searched++;
        files += found[0] > 0 ? 1 : 0;
        lines += found[0];
      }
    }
    return new Count(files, lines, given - skipped.size() - searched);
  }

  /** The lines that hold a term, file by file. */
  void lines(String term, int round, Consumer<Hit> out) {
    var wanted = bytes(term);
    for (var text : texts) {
      var path = text.path().toString();
      search(
          text,
          wanted,
          (number, all, from, to) ->
              out.accept(new Hit(round, path, number, Text.shown(all, from, to))));
    }
  }

  /** False if the file was found to have changed, and is left out from now on. */
  private boolean search(Text text, byte[] term, Text.Found found) {
    try {
      text.search(term, found);
      return true;
    } catch (Text.NotText | IOException e) {
      changed.add(text.path().toString()); // unreadable what was readable: also a change
      texts.remove(text);
      return false;
    }
  }

  /** So many bytes of some texts, in order, from the first again after the last. */
  byte[] bytes(Set<String> paths, int count) {
    var some = new ArrayList<byte[]>();
    long sum = 0;
    try {
      for (var text : texts) {
        if (paths.contains(text.path().toString()) && sum < count) {
          some.add(text.first(count));
          sum += some.getLast().length;
        }
      }
    } catch (Text.NotText | IOException e) {
      throw RemoteErrors.of("a file has changed: " + e.getMessage());
    }
    var all = ByteBuffer.allocate(sum == 0 ? 0 : count);
    while (all.hasRemaining()) {
      for (var each : some) {
        all.put(each, 0, Math.min(each.length, all.remaining()));
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
