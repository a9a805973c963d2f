package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.nn.Default;

/**
 * A loss of one of a model's outputs against one of the targets, as an addend of a {@link
 * WeightedSum}.
 *
 * @param loss of that output against that target
 * @param weight a factor, at least 0
 * @param output the output's name; null for the first
 * @param target the target's number, from 0
 */
public record Term(
    Loss loss,
    @Default("1") double weight,
    @Default("null") String output,
    @Default("0") int target) {
  public Term {
    GraphException.check(
        weight >= 0 && weight < Double.POSITIVE_INFINITY,
        "weight must be at least 0 and finite, found %s",
        weight);
    GraphException.check(target >= 0, "target must be at least 0, found %d", target);
  }

  /** A loss of the first output against the first target. */
  public Term(Loss loss) {
    this(loss, 1, null, 0);
  }

  public Term weight(double weight) {
    return new Term(loss, weight, output, target);
  }

  public Term output(String output) {
    return new Term(loss, weight, output, target);
  }

  public Term target(int target) {
    return new Term(loss, weight, output, target);
  }
}
