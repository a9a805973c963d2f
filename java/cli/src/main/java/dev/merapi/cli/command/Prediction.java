package dev.merapi.cli.command;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.nn.loss.BinaryCrossEntropy;
import dev.merapi.nn.loss.Logistic;
import dev.merapi.nn.loss.Loss;
import dev.merapi.train.TextWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a model says of one sample.
 *
 * @param item for JSON
 * @param words in one line: {@code seven.png: 7 (98.2 %), 1 (1.3 %)}, {@code she/PRON sees/VERB} or
 *     {@code dog: cat (0.83)}
 */
record Prediction(Map<String, Object> item, String words) {
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
      return ofNumbers(input, values, form.logits());
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
    List<Map<String, Object>> likeliest = list(classes, "class", "probability");
    Map<String, Object> item = item(input);
    item.putAll(likeliest.get(0));
    item.put("top", likeliest);
    return new Prediction(item, line(input, classes.entrySet(), Prediction::percent));
  }

  /** The model's numbers, or probabilities where they are logits. */
  private static Prediction ofNumbers(String input, double[] values, boolean logits) {
    List<Double> output = new ArrayList<>();
    for (double value : values) {
      output.add(logits ? 1 / (1 + Math.exp(-value)) : value);
    }
    Map<String, Object> item = item(input);
    item.put("output", output);
    return new Prediction(
        item, line(input, output, value -> String.valueOf(Figures.rounded(value))));
  }

  /** The tags of a sentence's words, a label for each. */
  static Prediction ofTags(String sentence, HostTensor labels, List<String> names) {
    String[] each = sentence.split(" ");
    List<String> tags = new ArrayList<>();
    for (int i = 0; i < each.length; i++) {
      tags.add(names.get((int) labels.get(i)));
    }
    Map<String, Object> item = item(sentence);
    item.put("tags", tags);
    return new Prediction(
        item,
        IntStream.range(0, each.length)
            .mapToObj(i -> each[i] + "/" + tags.get(i))
            .collect(Collectors.joining(" ")));
  }

  /** What there may be to say of a sample, and how probable that is. */
  static Prediction ofTexts(String input, List<TextWriter.Text> texts) {
    Map<String, Double> said = new LinkedHashMap<>();
    texts.forEach(text -> said.merge(text.text(), text.probability(), Double::sum));
    List<Map<String, Object>> likeliest = list(said, "text", "probability");
    Map<String, Object> item = item(input);
    item.putAll(likeliest.get(0));
    item.put("top", likeliest);
    return new Prediction(item, line(input, said.entrySet(), Prediction::percent));
  }

  /** The words that are near to a word, and how near. */
  static Prediction ofNeighbors(String word, Map<String, Double> similarities) {
    Map<String, Object> item = item(word);
    item.put("nearest", list(similarities, "word", "similarity"));
    return new Prediction(
        item,
        line(
            word,
            similarities.entrySet(),
            entry -> "%s (%.2f)".formatted(entry.getKey(), entry.getValue())));
  }

  private static Map<String, Object> item(String input) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("input", input);
    return item;
  }

  private static List<Map<String, Object>> list(
      Map<String, Double> numbers, String name, String number) {
    List<Map<String, Object>> list = new ArrayList<>();
    numbers.forEach(
        (key, value) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put(name, key);
          one.put(number, value);
          list.add(one);
        });
    return list;
  }

  private static String percent(Map.Entry<String, Double> entry) {
    return "%s (%.1f %%)".formatted(entry.getKey(), 100 * entry.getValue());
  }

  private static <T> String line(String input, Collection<T> found, Function<T, String> text) {
    String all = found.stream().map(text).collect(Collectors.joining(", "));
    return (input + ": " + all).replace("\n", "\\n");
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
}
