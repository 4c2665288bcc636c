package io.sennit.cli.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tour's result as text: a row per check, cells wrapped at words. */
public final class Table {
  private static final int[] WIDEST = {4, 30, 34, 38, 44};
  private static final int NARROWEST = 8;

  private final int[] widths;
  private final List<String> lines = new ArrayList<>();

  private Table(int columns) {
    widths = fit(columns);
  }

  /**
   * The table's lines.
   *
   * @param columns how long a line may be; below 50 it is as if it were 50
   */
  public static List<String> of(List<Check> checks, int columns) {
    var table = new Table(columns);
    table.add(checks);
    return table.lines;
  }

  /** All but the verdict give way in proportion. */
  private static int[] fit(int columns) {
    var widths = WIDEST.clone();
    int between = 3 * (widths.length - 1);
    int whole = Arrays.stream(WIDEST, 1, WIDEST.length).sum();
    int room = columns - between - WIDEST[0];
    for (int i = 1; i < widths.length && room < whole; i++) {
      widths[i] = Math.max(NARROWEST, WIDEST[i] * room / whole);
    }
    return widths;
  }

  private void add(List<Check> checks) {
    row("", "check", "expected", "how that was obtained", "seen");
    lines.add(rule());
    for (var c : checks) {
      row(c.pass() ? "PASS" : "FAIL", c.name(), c.expected(), c.how(), c.seen());
    }
  }

  private String rule() {
    var line = new StringBuilder();
    for (int width : widths) {
      line.append(line.isEmpty() ? "" : "-+-").append("-".repeat(width));
    }
    return line.toString();
  }

  private void row(String... cells) {
    var wrapped = new ArrayList<List<String>>();
    int height = 1;
    for (int i = 0; i < cells.length; i++) {
      wrapped.add(wrap(cells[i], widths[i]));
      height = Math.max(height, wrapped.get(i).size());
    }
    for (int h = 0; h < height; h++) {
      var line = new StringBuilder();
      for (int i = 0; i < cells.length; i++) {
        var cell = h < wrapped.get(i).size() ? wrapped.get(i).get(h) : "";
        line.append(i == 0 ? "" : " | ").append(cell);
        line.append(" ".repeat(widths[i] - cell.length()));
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
