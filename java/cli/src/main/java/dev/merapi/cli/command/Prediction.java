package dev.merapi.cli.command;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.nn.loss.BinaryCrossEntropy;
import dev.merapi.nn.loss.Logistic;
import dev.merapi.nn.loss.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model says of one sample.
 *
 * @param input the sample's name
 * @param classes the likeliest ones and their probabilities, likeliest first; empty when there are
 *     no classes
 * @param output the numbers, where there are no classes
 */
record Prediction(String input, Map<String, Double> classes, List<Double> output) {
  /**
   * What a model's numbers mean.
   *
   * @param classNames none when they are no scores of classes
   * @param logits whether they are logits of probabilities
   */
  record Form(List<String> classNames, boolean logits) {
    /** As a model is trained. */
    static Form of(Loss loss, List<String> classNames) {
      Loss first = loss.terms().get(0).loss(); // of the first output, which is the prediction
      return new Form(
          first.scoresClasses() ? classNames : List.of(),
          first instanceof BinaryCrossEntropy || first instanceof Logistic);
    }
  }

  /** Probabilities from class scores by softmax: at the last place, where there are several. */
  static Prediction of(String input, HostTensor scores, Form form, int top) {
    double[] values = scores.toDoubleArray();
    if (form.classNames().isEmpty()) {
      List<Double> output = new ArrayList<>();
      for (double value : values) {
        output.add(form.logits() ? 1 / (1 + Math.exp(-value)) : value);
      }
      return new Prediction(input, Map.of(), output);
    }
    double[] last =
        Arrays.copyOfRange(values, values.length - scores.shape().dim(-1), values.length);
    double[] probabilities = softmax(last);
    Map<String, Double> classes = new LinkedHashMap<>();
    IntStream.range(0, last.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -probabilities[i]))
        .limit(top)
        .forEach(i -> classes.put(name(form, i), probabilities[i]));
    return new Prediction(input, classes, List.of());
  }

  /** A model may have more outputs than the data have classes. */
  private static String name(Form form, int label) {
    return label < form.classNames().size() ? form.classNames().get(label) : "#" + label;
  }

  private static double[] softmax(double[] scores) {
    double max = Arrays.stream(scores).max().orElseThrow();
    double[] exponentials = Arrays.stream(scores).map(score -> Math.exp(score - max)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(value -> value / sum).toArray();
  }

  /** For JSON. */
  Map<String, Object> item() {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("input", input);
    if (classes.isEmpty()) {
      item.put("output", output);
      return item;
    }
    List<Map<String, Object>> top = new ArrayList<>();
    classes.forEach(
        (name, probability) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("class", name);
          one.put("probability", probability);
          top.add(one);
        });
    item.putAll(top.get(0));
    item.put("top", top);
    return item;
  }

  /** In one line: {@code seven.png: 7 (98.2 %), 1 (1.3 %)}. */
  String words() {
    String found =
        classes.isEmpty()
            ? output.stream()
                .map(value -> String.valueOf(Figures.rounded(value)))
                .collect(Collectors.joining(", "))
            : classes.entrySet().stream()
                .map(entry -> "%s (%.1f %%)".formatted(entry.getKey(), 100 * entry.getValue()))
                .collect(Collectors.joining(", "));
    return (input + ": " + found).replace("\n", "\\n");
  }
}
