package dev.merapi.cli.command;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Evaluation;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of an evaluation for a report. */
final class Figures {
  private static final MathContext SIGNIFICANT_DIGITS = new MathContext(6);

  private Figures() {}

  /** Puts loss and metrics under their keys with a prefix: {@code test_accuracy}. */
  static void put(Map<String, Object> result, String prefix, Evaluation evaluation) {
    result.put(prefix + "loss", evaluation.loss());
    evaluation.metrics().forEach((key, value) -> result.put(prefix + key, plain(value)));
  }

  /** A number, or a list of rows. */
  private static Object plain(HostTensor value) {
    if (value.elements() == 1) {
      return value.item();
    }
    int columns = value.shape().dim(-1);
    List<List<Double>> rows = new ArrayList<>();
    for (int start = 0; start < value.elements(); start += columns) {
      List<Double> row = new ArrayList<>();
      for (int i = start; i < start + columns; i++) {
        row.add(value.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

  private static Object word(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Figures::word).toList();
    }
    return value instanceof Double number ? rounded(number) : value;
  }

  /** A figure with six significant digits: 0.693147, and 1.0E30. */
  static double rounded(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(SIGNIFICANT_DIGITS).doubleValue()
        : value;
  }

  /** The result in words, a line per key. */
  static String words(Map<String, Object> result) {
    return result.entrySet().stream()
        .map(entry -> "%-14s %s".formatted(entry.getKey(), word(entry.getValue())))
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
