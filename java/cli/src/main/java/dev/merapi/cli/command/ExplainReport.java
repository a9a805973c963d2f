package dev.merapi.cli.command;

import dev.merapi.explain.LayerStatistics;
import dev.merapi.explain.Moments;
import dev.merapi.train.io.AtomicFile;
import dev.merapi.train.io.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an explanation found, in words and as JSON, and the files that it wrote. */
final class ExplainReport {
  private final Path folder;
  private final List<String> pictures = new ArrayList<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();
  private String words = "";

  /**
   * A report into a folder, which is made if need be.
   *
   * @throws OutputException when it cannot be made
   */
  ExplainReport(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new OutputException(folder, "cannot be made", e);
    }
  }

  Path path() {
    return folder;
  }

  /** The file of a picture. */
  Path picture(String name) {
    return folder.resolve(name);
  }

  void wrote(String name) {
    pictures.add(name);
  }

  void leftOut(String name, String why) {
    leftOut.put(name, why);
  }

  /** Writes {@code report.txt} and {@code report.json}; gives what the latter says. */
  Map<String, Object> write(Map<String, Object> head, LayerStatistics statistics) {
    Map<String, Object> result = new LinkedHashMap<>(head);
    result.put("samples", statistics.samples());
    if (Double.isFinite(statistics.gradientRatio())) {
      result.put("gradient_ratio", statistics.gradientRatio());
    }
    if (Double.isFinite(statistics.shareOfDeadUnits())) {
      result.put("dead_relu_share", statistics.shareOfDeadUnits());
    }
    result.put("warnings", statistics.warnings());
    result.put("layers", statistics.layers().stream().map(ExplainReport::item).toList());
    result.put("parameters", statistics.parameters().stream().map(ExplainReport::item).toList());
    result.put("pictures", pictures);
    result.put("left_out", leftOut);
    result.put("out", folder.toString());
    words = words(head, statistics);
    write("report.txt", words + System.lineSeparator());
    write("report.json", Json.line(result) + System.lineSeparator());
    return result;
  }

  private void write(String name, String text) {
    Path file = folder.resolve(name);
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    try {
      AtomicFile.write(
          file,
          channel -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  private static Map<String, Object> item(LayerStatistics.Layer layer) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("name", layer.path());
    item.put("type", layer.type());
    put(item, "activation", layer.activations(), layer.activationNorm());
    put(item, "gradient", layer.gradients(), layer.gradientNorm());
    if (layer.units() > 0) {
      item.put("units", layer.units());
      item.put("dead_units", layer.deadUnits());
    }
    return item;
  }

  private static Map<String, Object> item(LayerStatistics.Parameter parameter) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("name", parameter.path());
    put(item, "value", parameter.values(), parameter.values().norm());
    put(item, "gradient", parameter.gradients(), parameter.gradientNorm());
    return item;
  }

  private static void put(Map<String, Object> item, String of, Moments moments, double norm) {
    item.put(of + "_mean", moments.mean());
    item.put(of + "_std", moments.standardDeviation());
    item.put(of + "_norm", norm);
    item.put(of + "_zeros", moments.shareOfZeros());
  }

  /** The report for people. */
  String words() {
    return words;
  }

  private String words(Map<String, Object> head, LayerStatistics statistics) {
    StringBuilder text = new StringBuilder();
    head.forEach((key, value) -> text.append("%-8s %s%n".formatted(key, value)));
    text.append("samples  %d%n%n".formatted(statistics.samples()));
    text.append(
        "%-20s %-12s %10s %10s %10s %7s %12s %12s %7s %14s%n"
            .formatted(
                "layer",
                "type",
                "mean",
                "std",
                "norm",
                "zeros",
                "grad std",
                "grad norm",
                "zeros",
                "dead ReLUs"));
    for (LayerStatistics.Layer layer : statistics.layers()) {
      String dead = layer.units() == 0 ? "" : layer.deadUnits() + " of " + layer.units();
      text.append(
          "%-20s %-12s %10.3g %10.3g %10.3g %6.1f%% %12.3g %12.3g %6.1f%% %14s%n"
              .formatted(
                  layer.path(),
                  layer.type(),
                  layer.activations().mean(),
                  layer.activations().standardDeviation(),
                  layer.activationNorm(),
                  100 * layer.activations().shareOfZeros(),
                  layer.gradients().standardDeviation(),
                  layer.gradientNorm(),
                  100 * layer.gradients().shareOfZeros(),
                  dead));
    }
    text.append(
        "%n%-33s %10s %10s %10s %7s %12s %12s%n"
            .formatted("parameter", "mean", "std", "norm", "zeros", "grad std", "grad norm"));
    for (LayerStatistics.Parameter parameter : statistics.parameters()) {
      text.append(
          "%-33s %10.3g %10.3g %10.3g %6.1f%% %12.3g %12.3g%n"
              .formatted(
                  parameter.path(),
                  parameter.values().mean(),
                  parameter.values().standardDeviation(),
                  parameter.values().norm(),
                  100 * parameter.values().shareOfZeros(),
                  parameter.gradients().standardDeviation(),
                  parameter.gradientNorm()));
    }
    text.append(
        ("%nGradients: norm at the output of the first layer with weights / at that of the last = %.3g;"
                + "%nvanishing below %s (five sigmoids leave 1/4 each), exploding above %.0f.%n")
            .formatted(
                statistics.gradientRatio(), LayerStatistics.VANISHING, LayerStatistics.EXPLODING));
    statistics.warnings().forEach(warning -> text.append("WARNING: %s%n".formatted(warning)));
    text.append("%nin %s: report.txt, report.json".formatted(folder));
    pictures.forEach(name -> text.append(", ").append(name));
    leftOut.forEach((name, why) -> text.append("%nleft out: %s (%s)".formatted(name, why)));
    return text.toString();
  }
}
