package dev.merapi.explain.picture;

import dev.merapi.explain.VanishingGradients;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts, drawn by XChart; they need fonts, see {@link Text#problem}. */
public final class Charts {
  private static final int WIDTH = 640;
  private static final int MOST_IN_LEGEND = 30;
  private static final BasicStroke DASHED =
      new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {7, 5}, 0);
  private static final Color GRID = new Color(0xDDDDDD);

  private Charts() {}

  static XYChart chart(int height, String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setChartPadding(14);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setYAxisTickMarkSpacingHint(40);
    styler.setyAxisTickLabelsFormattingFunction(Charts::number);
    styler.setLegendPosition(Styler.LegendPosition.OutsideE);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setChartTitleFont(Text.font(15));
    styler.setLegendFont(Text.font(12));
    styler.setAxisTitleFont(Text.font(12));
    styler.setAxisTickLabelsFont(Text.font(11));
    return chart;
  }

  /** At most four digits, and none that are 0 behind others. */
  static String number(double value) {
    String text =
        BigDecimal.valueOf(value).round(new MathContext(4)).stripTrailingZeros().toString();
    double size = Math.abs(value);
    return value == 0 || size >= 1e-3 && size < 1e6
        ? new BigDecimal(text).toPlainString()
        : "%.3g".formatted(value);
  }

  /**
   * The metrics of a training by epoch: losses, and below them the gradient's norm and what else a
   * validation found.
   *
   * @param metrics the columns of {@code metrics.csv}
   */
  public static Picture learningCurves(Map<String, double[]> metrics) {
    double[] epochs = metrics.get("epoch");
    Map<String, Map<String, double[]>> panels = new LinkedHashMap<>();
    metrics.forEach(
        (name, values) -> {
          if (name.endsWith("_loss")) {
            panels.computeIfAbsent("loss", key -> new LinkedHashMap<>()).put(name, values);
          } else if (name.startsWith("validation_") || name.equals("gradient_norm")) {
            panels.put(name, Map.of(name, values));
          }
        });
    List<BufferedImage> drawn = new ArrayList<>();
    panels.forEach(
        (title, curves) -> {
          XYChart chart = chart(260, title.replace('_', ' '), "epoch", "");
          int number = 0;
          for (Map.Entry<String, double[]> curve : curves.entrySet()) {
            XYSeries series =
                chart.addSeries(curve.getKey().replace('_', ' '), epochs, curve.getValue());
            style(series, number++);
            series.setMarker(SeriesMarkers.CIRCLE);
          }
          chart.getStyler().setMarkerSize(5).setLegendVisible(curves.size() > 1);
          chart.getStyler().setXAxisDecimalPattern("0");
          drawn.add(BitmapEncoder.getBufferedImage(chart));
        });
    return new Picture(below(drawn));
  }

  static void style(XYSeries series, int number) {
    series.setLineColor(Palette.of(number));
    series.setMarkerColor(Palette.of(number));
    series.setLineStyle(new BasicStroke(2));
    series.setMarker(SeriesMarkers.NONE);
  }

  static BufferedImage below(List<BufferedImage> images) {
    int height = images.stream().mapToInt(BufferedImage::getHeight).sum();
    BufferedImage all = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    int y = 0;
    for (BufferedImage image : images) {
      graphics.drawImage(image, 0, y, null);
      y += image.getHeight();
    }
    graphics.dispose();
    return all;
  }

  /**
   * Points in the plane, coloured by class.
   *
   * @param x what the first coordinate is; empty for axes that mean nothing
   * @param y what the second coordinate is
   * @param points [n][2]
   * @param labels of the points, from 0 on
   * @param classNames by label
   */
  public static Picture scatter(
      String title, String x, String y, double[][] points, int[] labels, List<String> classNames) {
    XYChart chart = chart(520, title, x, y);
    chart
        .getStyler()
        .setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
        .setMarkerSize(5)
        .setLegendVisible(classNames.size() <= MOST_IN_LEGEND);
    chart.getStyler().setAxisTicksVisible(!x.isEmpty());
    chart.getStyler().setPlotGridLinesVisible(!x.isEmpty());
    for (int c = 0; c < classNames.size(); c++) {
      int label = c;
      int[] of = IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
      if (of.length > 0) {
        double[] xs = IntStream.of(of).mapToDouble(i -> points[i][0]).toArray();
        double[] ys = IntStream.of(of).mapToDouble(i -> points[i][1]).toArray();
        XYSeries series = chart.addSeries(label + " ", xs, ys);
        series.setLabel(classNames.get(c));
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(Palette.of(c));
      }
    }
    return new Picture(BitmapEncoder.getBufferedImage(chart));
  }

  /** What is left of the gradient at each step, as a part of that at the last one. */
  public static Picture vanishingGradients(VanishingGradients found) {
    XYChart chart =
        chart(
            420,
            "Gradient of a loss on the last state by the input of step t",
            "step t",
            "norm, relative to the last step");
    XYStyler styler = chart.getStyler();
    styler.setYAxisLogarithmic(true);
    styler.setyAxisTickLabelsFormattingFunction(
        null); // with one, XChart's ticks are not logarithmic
    styler.setYAxisDecimalPattern("0E0");
    styler.setPlotGridHorizontalLinesVisible(false); // nine for each power of ten
    styler.setXAxisDecimalPattern("0");
    styler.setXAxisMin(0.0);
    styler.setXAxisTickMarkSpacingHint(90);
    styler.setLegendPosition(Styler.LegendPosition.InsideSE);
    int number = 0;
    for (VanishingGradients.Curve curve : found.curves()) {
      int steps = curve.norms().length;
      double[] t = IntStream.rangeClosed(1, steps).asDoubleStream().toArray();
      double[] share = new double[steps];
      for (int i = 0; i < steps; i++) {
        share[i] = Math.max(curve.norms()[i] / curve.norms()[steps - 1], Double.MIN_NORMAL);
      }
      XYSeries series = chart.addSeries(curve.name(), t, share);
      style(series, number);
      if (number % 2 == 1) { // of two that lie on each other, one is dashed
        series.setLineStyle(DASHED);
      }
      number++;
    }
    return new Picture(BitmapEncoder.getBufferedImage(chart));
  }
}
