package dev.merapi.train;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.state.Variable;
import dev.merapi.nn.PathPattern;
import dev.merapi.train.constraint.Constraint;
import dev.merapi.train.penalty.Penalty;
import java.util.List;
import java.util.Optional;

/** What a training's configuration says of single parameters, which it names by patterns. */
record ParameterRules(TrainingConfig config) {
  private static final String BIAS = "bias";

  /**
   * Requires that each pattern means something.
   *
   * @param paths of all parameters, frozen or not
   * @throws dev.merapi.core.graph.GraphException when one means none of them
   */
  static void requireKnown(TrainingConfig config, List<String> paths) {
    PathPattern.requireKnown("rates", config.rates().keySet(), paths);
    for (Penalty penalty : config.penalties()) {
      PathPattern.requireKnown("penalty", penalty.parameters(), paths);
    }
    for (Constraint constraint : config.constraints()) {
      PathPattern.requireKnown("constraint", constraint.parameters(), paths);
    }
  }

  private static String path(Value parameter) {
    return ((Variable) parameter.op()).path();
  }

  /** Whether a parameter is among those that patterns name; without any, all weights are. */
  private static boolean isAmong(List<String> patterns, Value parameter) {
    String path = path(parameter);
    return patterns.isEmpty()
        ? parameter.shape().rank() >= 2 && !path.substring(path.lastIndexOf('.') + 1).equals(BIAS)
        : patterns.stream().anyMatch(pattern -> new PathPattern(pattern).covers(path));
  }

  private Optional<Value> penalty(Value parameter) {
    return config.penalties().stream()
        .filter(penalty -> isAmong(penalty.parameters(), parameter))
        .map(penalty -> penalty.of(parameter))
        .reduce(Ops::add);
  }

  /** The gradient of the loss and of the penalties. */
  Value penalized(Value parameter, Value gradient) {
    return penalty(parameter)
        .map(sum -> Ops.add(gradient, Differentiator.gradients(sum, List.of(parameter)).get(0)))
        .orElse(gradient);
  }

  /** The loss with the penalties: what an optimizer makes small. */
  Value penalizedLoss(Value loss, List<Value> parameters) {
    return parameters.stream()
        .flatMap(parameter -> penalty(parameter).stream())
        .reduce(loss, Ops::add);
  }

  /** The learning rate times the factors of all patterns that cover the parameter. */
  Value rate(Value parameter, Value learningRate) {
    double factor =
        config.rates().entrySet().stream()
            .filter(entry -> new PathPattern(entry.getKey()).covers(path(parameter)))
            .mapToDouble(entry -> entry.getValue())
            .reduce(1, (a, b) -> a * b);
    return factor == 1 ? learningRate : Ops.mul(learningRate, factor);
  }

  /** A parameter's new value, as the constraints on it allow. */
  Value constrained(Value parameter, Value updated) {
    Value value = updated;
    for (Constraint constraint : config.constraints()) {
      if (isAmong(constraint.parameters(), parameter)) {
        value = constraint.apply(value);
      }
    }
    return value;
  }
}
