package dev.merapi.bench.compare;

import java.util.Locale;
import java.util.Optional;

/** The cells of tables. */
public final class Cells {
  private Cells() {}

  /** The median and, in parentheses, the lowest and highest figure of a setting. */
  public static String spread(Contest contest, String setting, String format) {
    return contest
        .statistics(setting)
        .map(
            of ->
                String.format(
                    Locale.ROOT,
                    "%1$s (%2$s..%3$s)",
                    figure(format, of.median()),
                    figure(format, of.min()),
                    figure(format, of.max())))
        .orElse(MarkdownTable.MISSING);
  }

  /** The median of a setting. */
  public static String median(Contest contest, String setting, String format) {
    return contest
        .statistics(setting)
        .map(of -> figure(format, of.median()))
        .orElse(MarkdownTable.MISSING);
  }

  /** A ratio with two decimals. */
  public static String ratio(Optional<Double> ratio) {
    return ratio.map(value -> figure("%.2f", value)).orElse(MarkdownTable.MISSING);
  }

  private static String figure(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
