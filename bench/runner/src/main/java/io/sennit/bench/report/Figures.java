package io.sennit.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Medians and short texts of figures. */
public final class Figures {
  private Figures() {}

  /** The median of what is there, to four significant digits; null if nothing is. */
  public static @Nullable Double median(List<@Nullable Double> values) {
    List<Double> sorted = values.stream().filter(Objects::nonNull).sorted().toList();
    if (sorted.isEmpty()) {
      return null;
    }
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return rounded(median);
  }

  /** Four significant digits. */
  public static double rounded(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value;
    }
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * scale) / scale;
  }

  /** A figure in at most six characters: {@code 1.48M}, {@code 97.1k}, {@code 302}, {@code -}. */
  public static String brief(@Nullable Double value) {
    if (value == null) {
      return "-";
    }
    double size = Math.abs(value);
    if (size >= 999_500) {
      return digits(value / 1e6) + "M";
    }
    return size >= 9_995 ? digits(value / 1e3) + "k" : digits(value);
  }

  /** A share in per cent. */
  public static String percent(@Nullable Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.0f%%", share * 100);
  }

  private static String digits(double value) {
    double size = Math.abs(value);
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }
}
