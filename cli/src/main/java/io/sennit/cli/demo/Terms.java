package io.sennit.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Chooses words to search for from the files themselves, frequent ones and rare ones, so that every
 * folder in every language has questions whose answers are not zero.
 */
public final class Terms {
  private static final int SAMPLE_FILES = 300;
  private static final int SAMPLE_BYTES = 32 << 10;
  private static final int LONGEST = 14;
  private static final int BEGINNING = 6;

  private Terms() {}

  /** At most so many words, the most frequent first; none if the files hold no letters. */
  public static List<String> choose(List<Walk.Found> files, int count) {
    var inFiles = new HashMap<String, Integer>();
    int step = Math.max(1, files.size() / SAMPLE_FILES);
    for (int first = 0; first < step && inFiles.size() < count; first++) {
      for (int i = first; i < files.size(); i += step) {
        words(files.get(i)).forEach(w -> inFiles.merge(w, 1, Integer::sum));
      }
    }
    var ranked =
        inFiles.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    var long4 = ranked.stream().filter(w -> w.length() >= 4).toList();
    return spread(long4.size() >= count ? long4 : ranked, count);
  }

  /** The first, the last, and some between, closer together where words are frequent. */
  private static List<String> spread(List<String> ranked, int count) {
    var chosen = new ArrayList<String>();
    for (int i = 0; i < count && !ranked.isEmpty(); i++) {
      double share = count == 1 ? 0 : (double) i / (count - 1);
      var word = ranked.get((int) Math.round(share * share * share * (ranked.size() - 1)));
      if (!chosen.contains(word)) {
        chosen.add(word);
      }
    }
    return chosen;
  }

  private static HashSet<String> words(Walk.Found file) {
    var words = new HashSet<String>();
    String text;
    try (var in = Files.newInputStream(file.path())) {
      if (!PlainScan.isText(file.path().toFile())) {
        return words; // it will be passed by, and its words would not be found
      }
      text = new String(in.readNBytes(SAMPLE_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return words; // counted as unreadable by the scan and by the worker
    }
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || !Character.isLetterOrDigit(text.charAt(i))) {
        int end = i - begin <= LONGEST ? i : begin + BEGINNING; // scripts without spaces
        if (end - begin >= 2 && !Character.isHighSurrogate(text.charAt(end - 1))) {
          words.add(text.substring(begin, end));
        }
        begin = i + 1;
      }
    }
    return words;
  }
}
