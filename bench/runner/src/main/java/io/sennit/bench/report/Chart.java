package io.sennit.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as one HTML page that needs nothing else: a bar for each system and case. */
public final class Chart {
  private static final int BAR = 18;
  private static final int LABEL = 140;
  private static final int WIDTH = 560;
  private static final List<String> COLOURS =
      List.of("#1f6f8b", "#8a8a8a", "#c46a2b", "#6b8e3d", "#8c5a9e", "#b0413e", "#3d5a80");

  private Chart() {}

  /** The page. */
  public static String html(String title, Report report) {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>")
        .append(escaped(title))
        .append("</title><style>")
        .append("body{font:14px system-ui,sans-serif;margin:2em;max-width:60em}")
        .append("h2{font-size:1em;margin:1.6em 0 .3em}text{font:12px system-ui,sans-serif}")
        .append("td,th{padding:.2em .8em .2em 0;text-align:left}")
        .append("</style><h1>")
        .append(escaped(title))
        .append("</h1>");
    page.append("<p>Operations a second, more is better; medians over the rounds. ")
        .append(escaped(report.env().jdk() + ", " + report.env().cores() + " cores"))
        .append("<br>")
        .append(escaped(String.join(" ", report.env().flags())))
        .append("</p>");
    List<String> systems = report.rows().stream().map(Row::system).distinct().sorted().toList();
    cases(report.rows())
        .forEach(
            (name, rows) -> {
              page.append("<h2>").append(escaped(name)).append("</h2>");
              bars(page, rows, systems);
            });
    targets(page, report.targets());
    return page.append("</html>\n").toString();
  }

  private static Map<String, List<Row>> cases(List<Row> rows) {
    Map<String, List<Row>> cases = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.opsPerS() != null) {
        String name =
            row.work()
                + ", "
                + row.payload()
                + " B, "
                + row.inflight()
                + " in flight, "
                + row.mode();
        cases.computeIfAbsent(name, any -> new ArrayList<>()).add(row);
      }
    }
    return cases;
  }

  private static void bars(StringBuilder page, List<Row> rows, List<String> systems) {
    double most = rows.stream().mapToDouble(Chart::rate).max().orElse(1);
    page.append(
        String.format(
            Locale.ROOT,
            "<svg width=\"%d\" height=\"%d\" role=\"img\">",
            LABEL + WIDTH + 260,
            rows.size() * (BAR + 4)));
    int y = 0;
    for (Row row : rows) {
      double length = Math.max(1, WIDTH * rate(row) / most);
      String colour = COLOURS.get(systems.indexOf(row.system()) % COLOURS.size());
      page.append(
          String.format(
              Locale.ROOT,
              "<text x=\"0\" y=\"%d\">%s</text>"
                  + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>"
                  + "<text x=\"%.1f\" y=\"%d\">%s</text>",
              y + 13,
              escaped(row.system()),
              LABEL,
              y,
              length,
              BAR,
              colour,
              LABEL + length + 6,
              y + 13,
              escaped(figures(row))));
      y += BAR + 4;
    }
    page.append("</svg>");
  }

  private static String figures(Row row) {
    return Figures.brief(row.opsPerS())
        + "/s, p99 "
        + Figures.brief(row.p99Us())
        + " us, cpu "
        + Figures.brief(row.cpuUsPerOp())
        + " us"
        + (row.noisy() ? ", noisy" : "");
  }

  private static void targets(StringBuilder page, List<Target> targets) {
    if (targets.isEmpty()) {
      return;
    }
    page.append("<h2>Targets</h2><table><tr><th>target<th>goal<th>measured<th>met<th></tr>");
    for (Target target : targets) {
      String mark = target.mark();
      page.append("<tr><td>")
          .append(escaped(target.name()))
          .append("<td>")
          .append(escaped(target.goal()))
          .append("<td>")
          .append(Figures.brief(target.measured()))
          .append("<td>")
          .append(target.met() ? "met" : "missed")
          .append("<td>")
          .append(escaped(mark == null ? "" : mark))
          .append("</tr>");
    }
    page.append("</table>");
  }

  private static double rate(Row row) {
    Double rate = row.opsPerS();
    return rate == null ? 0 : rate;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
