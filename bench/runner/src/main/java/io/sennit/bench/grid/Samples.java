package io.sennit.bench.grid;

import io.sennit.bench.harness.Load;
import io.sennit.bench.peers.Sample;
import io.sennit.bench.report.Figures;
import io.sennit.bench.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a run. A row is made of the clean ones; where a case has none, of the noisy ones,
 * and its {@code cpu_foreign} says so.
 */
final class Samples {
  private record Key(Load load, String system) {}

  private final Map<Key, List<Sample>> all = new LinkedHashMap<>();

  static boolean noisy(Sample sample) {
    return sample.cpuForeign() != null && sample.cpuForeign() > Row.NOISE;
  }

  void add(Load load, String system, Sample sample) {
    all.computeIfAbsent(new Key(load, system), any -> new ArrayList<>()).add(sample);
  }

  /** Rows in the order of the plan's cases and, within a case, of the systems given. */
  List<Row> rows(List<Load> cases, List<String> systems) {
    List<Row> rows = new ArrayList<>();
    for (Load load : cases) {
      for (String system : systems) {
        List<Sample> samples = all.get(new Key(load, system));
        if (samples != null) {
          rows.add(row(load, system, samples));
        }
      }
    }
    return rows;
  }

  private static Row row(Load load, String system, List<Sample> samples) {
    List<Sample> clean = samples.stream().filter(sample -> !noisy(sample)).toList();
    List<Sample> used = clean.isEmpty() ? samples : clean;
    return new Row(
        load.work(),
        system,
        load.payload(),
        load.inflight(),
        load.mode(),
        median(used, Sample::opsPerS),
        median(used, Sample::p50Us),
        median(used, Sample::p99Us),
        median(used, Sample::cpuUsPerOp),
        median(used, Sample::allocPerOp),
        median(used, Sample::cpuForeign),
        used.size());
  }

  private static @Nullable Double median(
      List<Sample> samples, Function<Sample, @Nullable Double> figure) {
    List<@Nullable Double> values = new ArrayList<>();
    for (Sample sample : samples) {
      values.add(figure.apply(sample));
    }
    return Figures.median(values);
  }
}
