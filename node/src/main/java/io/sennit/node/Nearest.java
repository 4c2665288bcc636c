package io.sennit.node;

import java.util.Collection;
import java.util.Comparator;

/** The name somebody most likely meant. */
final class Nearest {
  private Nearest() {}

  /** The candidate with the fewest letters to change; the first of several. */
  static String to(String text, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(c -> Math.min(edits(text, c), 1 + edits(end(text), end(c)))))
        .orElse("");
  }

  /** The last part of a key: whoever forgets the section is near, too. */
  private static String end(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** Letters to insert, drop or change. */
  private static int edits(String from, String to) {
    var above = new int[to.length() + 1];
    for (int j = 0; j < above.length; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = above[0];
      above[0] = i;
      for (int j = 1; j < above.length; j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = above[j];
        above[j] = Math.min(change, 1 + Math.min(above[j], above[j - 1]));
      }
    }
    return above[to.length()];
  }
}
