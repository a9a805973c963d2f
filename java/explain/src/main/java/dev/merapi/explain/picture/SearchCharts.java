package dev.merapi.explain.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Charts of a hyper-parameter search, drawn by XChart; they need fonts, see {@link Text#problem}.
 */
public final class SearchCharts {
  private static final int HEIGHT = 300;

  /** From what ratio of the values on they are shown by their logarithms. */
  private static final double WIDE = 30;

  private static final Color NONE = new Color(0, 0, 0, 0);

  private SearchCharts() {}

  /**
   * A hyper-parameter.
   *
   * @param name its key
   * @param log whether equal ratios are equally far from each other
   * @param x its value in each trial
   */
  public record Axis(String name, boolean log, double[] x) {}

  /**
   * The objective trial by trial with the best so far, and below it over each hyper-parameter.
   *
   * @param maximize whether large values are better
   * @param values by trial; NaN where it diverged, which is left out
   */
  public static Picture of(String metric, boolean maximize, double[] values, List<Axis> axes) {
    int[] drawn =
        IntStream.range(0, values.length).filter(i -> Double.isFinite(values[i])).toArray();
    List<BufferedImage> charts = new ArrayList<>();
    if (drawn.length > 0) {
      double[] y = pick(values, drawn);
      charts.add(history(metric, maximize, IntStream.of(drawn).map(i -> i + 1).toArray(), y));
      for (Axis axis : axes) {
        charts.add(over(metric, axis, pick(axis.x(), drawn), y));
      }
    }
    return new Picture(Charts.below(charts));
  }

  private static double[] pick(double[] values, int[] places) {
    return IntStream.of(places).mapToDouble(i -> values[i]).toArray();
  }

  private static XYChart chart(String metric, String x, double[] y) {
    XYChart chart = Charts.chart(HEIGHT, "", x, metric.replace('_', ' '));
    double least = Arrays.stream(y).min().orElseThrow();
    double most = Arrays.stream(y).max().orElseThrow();
    if (least > 0 && most / least > WIDE) {
      chart.getStyler().setYAxisLogarithmic(true);
      chart.getStyler().setyAxisTickLabelsFormattingFunction(null); // with one, ticks are linear
      chart.getStyler().setYAxisDecimalPattern("0E0");
      chart.getStyler().setPlotGridHorizontalLinesVisible(false); // nine for each power of ten
    }
    chart.getStyler().setMarkerSize(7);
    return chart;
  }

  private static void points(XYChart chart, String name, double[] x, double[] y) {
    XYSeries series = chart.addSeries(name, x, y);
    Charts.style(series, 0);
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setLineColor(NONE);
  }

  private static BufferedImage history(
      String metric, boolean maximize, int[] numbers, double[] values) {
    XYChart chart = chart(metric, "trial", values);
    double[] x = IntStream.of(numbers).asDoubleStream().toArray();
    double[] best = values.clone();
    for (int i = 1; i < best.length; i++) {
      best[i] = maximize ? Math.max(best[i - 1], best[i]) : Math.min(best[i - 1], best[i]);
    }
    points(chart, "trial", x, values);
    Charts.style(chart.addSeries("best so far", x, best), 1);
    chart.getStyler().setXAxisDecimalPattern("0");
    return BitmapEncoder.getBufferedImage(chart);
  }

  private static BufferedImage over(String metric, Axis axis, double[] x, double[] y) {
    XYChart chart = chart(metric, axis.name(), y);
    points(chart, "trial", x, y);
    chart.getStyler().setXAxisLogarithmic(axis.log()).setLegendVisible(false);
    if (axis.log()) {
      chart.getStyler().setXAxisDecimalPattern("0E0");
      chart.getStyler().setPlotGridVerticalLinesVisible(false);
    } else {
      chart.getStyler().setxAxisTickLabelsFormattingFunction(Charts::number);
    }
    return BitmapEncoder.getBufferedImage(chart);
  }
}
