package io.sennit.cli.demo;

import java.util.ArrayList;
import java.util.List;

/** The tour's result as text: a row per check, cells wrapped at words. */
public final class Table {
  private static final int[] WIDTHS = {4, 30, 34, 38, 44};

  private Table() {}

  /** The table's lines. */
  public static List<String> of(List<Check> checks) {
    var lines = new ArrayList<String>();
    row(lines, "", "check", "expected", "how that was obtained", "seen");
    lines.add(rule());
    for (var c : checks) {
      row(lines, c.pass() ? "PASS" : "FAIL", c.name(), c.expected(), c.how(), c.seen());
    }
    return lines;
  }

  private static String rule() {
    var line = new StringBuilder();
    for (int width : WIDTHS) {
      line.append(line.isEmpty() ? "" : "-+-").append("-".repeat(width));
    }
    return line.toString();
  }

  private static void row(List<String> lines, String... cells) {
    var wrapped = new ArrayList<List<String>>();
    int height = 1;
    for (int i = 0; i < cells.length; i++) {
      wrapped.add(wrap(cells[i], WIDTHS[i]));
      height = Math.max(height, wrapped.get(i).size());
    }
    for (int h = 0; h < height; h++) {
      var line = new StringBuilder();
      for (int i = 0; i < cells.length; i++) {
        var cell = h < wrapped.get(i).size() ? wrapped.get(i).get(h) : "";
        line.append(i == 0 ? "" : " | ").append(cell);
        line.append(" ".repeat(WIDTHS[i] - cell.length()));
      }
      lines.add(line.toString().stripTrailing());
    }
  }

  private static List<String> wrap(String text, int width) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (var word : text.split(" ", -1)) {
      var rest = word;
      if (!line.isEmpty() && line.length() + 1 + rest.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      while (rest.length() > width) {
        lines.add(rest.substring(0, width));
        rest = rest.substring(width);
      }
      line.append(line.isEmpty() ? "" : " ").append(rest);
    }
    lines.add(line.toString());
    return lines;
  }
}
