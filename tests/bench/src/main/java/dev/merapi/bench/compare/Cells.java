package dev.merapi.bench.compare;

import java.util.Locale;
import java.util.Optional;

/** The cells of tables. */
public final class Cells {
  private Cells() {}

  /** The median and, in parentheses, the lowest and highest figure of a setting. */
  public static String spread(Contest contest, String setting) {
    return contest
        .statistics(setting)
        .map(
            of ->
                String.format(
                    Locale.ROOT,
                    "%1$s (%2$s..%3$s)",
                    figure(of.median()),
                    figure(of.min()),
                    figure(of.max())))
        .orElse(MarkdownTable.MISSING);
  }

  /** The median of a setting. */
  public static String median(Contest contest, String setting) {
    return contest.statistics(setting).map(of -> figure(of.median())).orElse(MarkdownTable.MISSING);
  }

  /** A ratio with two decimals. */
  public static String ratio(Optional<Double> ratio) {
    return ratio
        .map(value -> String.format(Locale.ROOT, "%.2f", value))
        .orElse(MarkdownTable.MISSING);
  }

  /** With at least three digits that mean something, whether it is large or small. */
  private static String figure(double value) {
    String format = value >= 99.95 ? "%,.0f" : value >= 9.995 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
