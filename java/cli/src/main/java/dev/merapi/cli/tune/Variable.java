package dev.merapi.cli.tune;

import dev.merapi.cli.yaml.Location;
import dev.merapi.cli.yaml.Suggestion;
import dev.merapi.cli.yaml.Tree;
import dev.merapi.cli.yaml.YamlException;
import dev.merapi.train.search.Categories;
import dev.merapi.train.search.Distribution;
import dev.merapi.train.search.Range;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A key of a job that is searched over, as in {@code optimizer.sgd.learningRate: {logUniform:
 * [1e-4, 1]}}.
 *
 * @param key as {@code --set} takes it
 * @param at where it was written
 * @param distribution of the values
 * @param choices the values of categories; else empty
 */
public record Variable(String key, Location at, Distribution distribution, List<Tree> choices) {
  private static final List<String> FORMS =
      List.of("uniform", "logUniform", "integer", "logInteger", "choice");

  /**
   * Reads a distribution: {@code {uniform: [low, high]}}, {@code {logUniform: [low, high]}}, {@code
   * {integer: [low, high]}}, {@code {logInteger: [low, high]}} or {@code {choice: [value, ...]}}.
   *
   * @throws YamlException when it has another form
   */
  static Variable of(String key, Tree.Entry entry) {
    Tree tree = entry.value();
    if (!(tree instanceof Tree.Mapping mapping) || mapping.entries().size() != 1) {
      throw new YamlException(
          entry.at(),
          "%s: expected a distribution such as {logUniform: [1e-4, 1]}, found %s",
          key,
          tree instanceof Tree.Mapping several
              ? "the keys " + several.entries().keySet()
              : tree.describe());
    }
    Map.Entry<String, Tree.Entry> only = mapping.entries().entrySet().iterator().next();
    String form = only.getKey();
    if (!FORMS.contains(form)) {
      throw new YamlException(
          entry.at(), "%s: unknown distribution '%s'%s", key, form, Suggestion.of(form, FORMS));
    }
    if (!(only.getValue().value() instanceof Tree.Sequence values)) {
      throw new YamlException(
          entry.at(),
          "%s.%s: expected a list, found %s",
          key,
          form,
          only.getValue().value().describe());
    }
    try {
      return form.equals("choice")
          ? new Variable(key, entry.at(), new Categories(values.items().size()), values.items())
          : new Variable(key, entry.at(), range(form, values.items()), List.of());
    } catch (IllegalArgumentException e) {
      throw new YamlException(entry.at(), "%s.%s: %s", key, form, e.getMessage());
    }
  }

  private static Range range(String form, List<Tree> bounds) {
    if (bounds.size() != 2) {
      throw new IllegalArgumentException("expected two bounds, found " + bounds.size());
    }
    return new Range(
        bound(bounds.get(0)),
        bound(bounds.get(1)),
        form.startsWith("log"),
        form.toLowerCase(Locale.ROOT).endsWith("integer"));
  }

  private static double bound(Tree tree) {
    if (tree instanceof Tree.Scalar scalar && scalar.text() != null) {
      try {
        return Double.parseDouble(scalar.text());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("expected a number, found " + tree.describe(), e);
      }
    }
    throw new IllegalArgumentException("expected a number, found " + tree.describe());
  }

  /** The YAML of a value of the distribution. */
  Tree value(double number) {
    if (!choices.isEmpty()) {
      return choices.get((int) number);
    }
    boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
    return new Tree.Scalar(at, whole ? Long.toString((long) number) : Double.toString(number));
  }

  /** Values with which the job must be right: all categories, or a range's ends. */
  List<Tree> examples() {
    return choices.isEmpty()
        ? List.of(value(distribution.at(0)), value(distribution.at(1)))
        : choices;
  }
}
