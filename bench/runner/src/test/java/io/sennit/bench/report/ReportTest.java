package io.sennit.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Report REPORT =
      new Report(
          List.of(
              new Row(
                  "unary",
                  "raw-netty",
                  512,
                  256,
                  "callback/inline/plain",
                  2.5e6,
                  null,
                  242.0,
                  0.42,
                  1056.0,
                  0.31,
                  3)),
          List.of(new Target("a < b", ">= 15", 16.2, true, null)),
          new Env("a JDK", List.of("-Xmx1g"), 2));

  @Test
  void jsonHasTheAgreedNames() throws IOException {
    assertThat(REPORT.json().replaceAll("\\s", ""))
        .isEqualTo(
            "{'rows':[{'work':'unary','system':'raw-netty','payload':512,'inflight':256,"
                    .replace('\'', '"')
                + "'mode':'callback/inline/plain','ops_per_s':2500000.0,'p50_us':null,"
                    .replace('\'', '"')
                + "'p99_us':242.0,'cpu_us_per_op':0.42,'alloc_per_op':1056.0,'cpu_foreign':0.31,"
                    .replace('\'', '"')
                + "'rounds':3}],'targets':[{'name':'a<b','goal':'>=15','measured':16.2,"
                    .replace('\'', '"')
                + "'met':true}],'env':{'jdk':'aJDK','flags':['-Xmx1g'],'cores':2}}"
                    .replace('\'', '"'));
    assertThat(Report.read(REPORT.json())).isEqualTo(REPORT);
  }

  @Test
  void tableAndChartShowTheFigures() {
    StringWriter text = new StringWriter();
    TextTable.print(REPORT, new PrintWriter(text, true));
    assertThat(text.toString()).contains("2.50M", "noisy", "31%", "met ", ">= 15");
    assertThat(Chart.html("t", REPORT)).contains("<svg", "2.50M/s", "a &lt; b");
  }

  @Test
  void mediansAndBriefFigures() {
    assertThat(Figures.median(Arrays.asList(3.0, null, 1.0, 2.0))).isEqualTo(2);
    assertThat(Figures.median(List.of(1.0, 2.0))).isEqualTo(1.5);
    assertThat(Figures.median(Arrays.asList((Double) null))).isNull();
    assertThat(Figures.rounded(123456)).isEqualTo(123500);
    assertThat(Figures.brief(97_100.0)).isEqualTo("97.1k");
    assertThat(Figures.brief(0.42)).isEqualTo("0.42");
    assertThat(Figures.brief(null)).isEqualTo("-");
  }
}
