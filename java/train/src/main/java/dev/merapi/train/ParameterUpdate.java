package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.schedule.Horizon;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the second half of a step: clipping, optimizer, constraints and averages, every update
 * predicated on all numbers being finite.
 */
final class ParameterUpdate {
  private final TrainingConfig config;
  private final Graph graph;
  private final List<VariableSpec> parameters;
  private final ParameterRules rules;
  private final List<VariableSpec> variables = new ArrayList<>();

  /**
   * Builds nothing yet.
   *
   * @param parameters those that are trained
   */
  ParameterUpdate(TrainingConfig config, Graph graph, List<VariableSpec> parameters) {
    this.config = config;
    this.graph = graph;
    this.parameters = parameters;
    this.rules = new ParameterRules(config);
  }

  private List<Value> values() {
    return parameters.stream().map(p -> Variable.of(graph, p.path(), p.type())).toList();
  }

  /** Optimizer slots and averages. */
  List<VariableSpec> variables() {
    return variables;
  }

  /** The gradients of the loss and of the penalties. */
  List<Value> penalized(List<Value> gradients) {
    List<Value> values = values();
    List<Value> penalized = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      penalized.add(rules.penalized(values.get(i), gradients.get(i)));
    }
    return penalized;
  }

  /**
   * Assigns the new parameters.
   *
   * @param loss that an optimizer may look at; null where there are only gradients
   * @param gradients with penalties
   * @param norm of all of them
   * @param finite whether anything may be assigned
   */
  void build(Value loss, List<Value> gradients, Value norm, Value finite, Horizon horizon) {
    List<Value> clipped = gradients;
    for (GradientClip clip : config.clips()) {
      clipped = clip.clip(clipped, norm);
    }
    List<Value> values = values();
    Value steps = Ops.cast(Control.STEP.read(graph), DType.F64);
    Value rate = Ops.cast(learningRate(steps, horizon), config.dtype());
    Value objective = loss == null ? null : rules.penalizedLoss(loss, values);
    OptimizerStep step = new OptimizerStep(objective, steps, rate, horizon);
    for (int i = 0; i < values.size(); i++) {
      step.add(values.get(i), clipped.get(i), rules.rate(values.get(i), rate));
    }
    List<Value> updated = new ArrayList<>(config.optimizer().update(step));
    for (int i = 0; i < values.size(); i++) {
      updated.set(i, rules.constrained(values.get(i), updated.get(i)));
      ControlUpdate.assignIf(finite, values.get(i), updated.get(i));
    }
    step.updates().forEach((slot, value) -> ControlUpdate.assignIf(finite, slot, value));
    variables.addAll(step.variables());
    if (config.ema() != null) {
      average(updated, Ops.cast(config.ema().kept(steps), config.dtype()), finite);
    }
  }

  private void average(List<Value> updated, Value kept, Value finite) {
    for (int i = 0; i < updated.size(); i++) {
      VariableSpec parameter = parameters.get(i);
      String path = Ema.path(parameter.path());
      variables.add(new VariableSpec(path, parameter.type(), Ema.GROUP, parameter.initial()));
      Value average = Variable.of(graph, path, parameter.type());
      ControlUpdate.assignIf(finite, average, Ema.next(average, updated.get(i), kept));
    }
  }

  private Value learningRate(Value steps, Horizon horizon) {
    ScalarExpr factor = config.schedule().factor(horizon);
    ScalarExpr rate =
        ScalarExpr.mul(ScalarExpr.constant(config.optimizer().learningRate()), factor);
    Value scale = Ops.cast(Control.LEARNING_RATE_SCALE.read(graph), DType.F64);
    return Ops.mul(scale, Formula.of(rate, steps));
  }
}
