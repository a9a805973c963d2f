package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.nn.Outputs;
import java.util.List;
import java.util.Map;

/** How wrong a prediction is: a number that training makes small. */
@FunctionalInterface
public interface Loss {
  /**
   * Builds the loss.
   *
   * @param prediction the model's output, [N, ...]
   * @param target what was wanted, as the loss says
   * @return the mean over the batch: a scalar of the prediction's element type
   * @throws dev.merapi.core.graph.GraphException when the two do not fit each other
   */
  Value build(Value prediction, Value target);

  /**
   * Builds the loss of a model's outputs against the targets of its data. A loss knows one of each;
   * {@link WeightedSum} knows more.
   *
   * @throws GraphException when there are more, or they do not fit
   */
  default Value build(Outputs outputs, List<Value> targets) {
    GraphException.check(
        outputs.size() == 1 && targets.size() == 1,
        "expected one output and one target, or a weightedSum of losses, found outputs %s and %d targets",
        outputs.names(),
        targets.size());
    return build(outputs.first(), targets.get(0));
  }

  /**
   * What this loss holds against what. The metrics of an evaluation hold the same against each
   * other.
   *
   * @return at least one; this loss of the first output and the first target unless it says
   *     otherwise
   */
  default List<Term> terms() {
    return List.of(new Term(this));
  }

  /**
   * Of what this loss is made, by name: scalars that evaluations report beside it, such as the two
   * halves of a variational bound. None unless the loss says otherwise.
   */
  default Map<String, Value> parts(Outputs outputs, List<Value> targets) {
    return Map.of();
  }

  /**
   * Whether the prediction's last axis has a place for each class and the targets are labels, so
   * that data with more classes than that cannot be learned.
   */
  default boolean scoresClasses() {
    return false;
  }

  /**
   * Whether the prediction is a score of which of two classes it is: above 0 means the one that
   * targets above one half stand for.
   */
  default boolean scoresTwoClasses() {
    return false;
  }
}
