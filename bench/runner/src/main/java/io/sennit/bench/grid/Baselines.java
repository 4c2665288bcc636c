package io.sennit.bench.grid;

import io.sennit.bench.report.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a call of each peer was once found to cost: a peer far from it was not measured well. */
final class Baselines {
  private static final double LEAST = 0.5;
  private static final double MOST = 2.0;

  private final Map<String, Double> cpu = new HashMap<>();

  private Baselines() {}

  static Baselines load() {
    try (InputStream in =
            Objects.requireNonNull(Baselines.class.getResourceAsStream("baselines.csv"));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return parse(reader.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Baselines parse(List<String> lines) {
    Baselines baselines = new Baselines();
    List<String> data = lines.stream().filter(line -> !line.startsWith("#")).toList();
    String[] header = data.getFirst().split(",");
    for (String line : data.subList(1, data.size())) {
      String[] fields = line.split(",", -1);
      for (int i = 4; i < fields.length; i++) {
        if (!fields[i].isEmpty()) {
          String place = String.join(",", fields[0], fields[1], fields[2], fields[3], header[i]);
          baselines.cpu.put(place, Double.valueOf(fields[i]));
        }
      }
    }
    return baselines;
  }

  /** Why the row of a peer is to be doubted; null if it is not, or nothing is known. */
  @Nullable String doubt(Row row) {
    Double known =
        cpu.get(
            "%s,%d,%d,%s,%s"
                .formatted(row.work(), row.payload(), row.inflight(), row.mode(), row.system()));
    Double found = row.cpuUsPerOp();
    if (known == null || found == null) {
      return null;
    }
    return found >= LEAST * known && found <= MOST * known
        ? null
        : "suspect: %s took %s us of CPU a call, known are %s"
            .formatted(row.system(), found, known);
  }
}
