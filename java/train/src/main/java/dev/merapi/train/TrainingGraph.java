package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Outputs;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.schedule.Horizon;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Builds a whole training step: forward, backward, gradient norm, clipping, optimizer, running
 * statistics and the control block, every update predicated on all numbers being finite.
 */
final class TrainingGraph {
  private final TrainingConfig config;
  private final LossGraph model;
  private final Graph graph;
  private final List<VariableSpec> variables = new ArrayList<>(VariableSpec.controlBlock());

  private TrainingGraph(TrainingConfig config, Batches batches, Horizon horizon) {
    this.config = config;
    Optimizer optimizer = config.optimizer();
    GraphException.check(
        !optimizer.wholeBatch() || horizon.stepsPerEpoch() == 1,
        "%s: expected the whole training set in each step (batch: all), found %d steps per epoch",
        optimizer.getClass().getSimpleName(),
        horizon.stepsPerEpoch());
    this.model = LossGraph.build(config, batches, true);
    this.graph = model.graph();
    variables.addAll(model.net().variables());
    batches.source().advance(graph);
    graph.at(
        "optimizer",
        () -> {
          build(batches.size(), horizon);
          return this;
        });
  }

  static TrainingGraph build(TrainingConfig config, Batches batches, Horizon horizon) {
    return new TrainingGraph(config, batches, horizon);
  }

  Graph graph() {
    return graph;
  }

  /** The model's outputs for a batch. */
  Outputs outputs() {
    return model.outputs();
  }

  /** Everything the program reads or writes: control block, parameters, buffers, slots. */
  List<VariableSpec> variables() {
    return variables;
  }

  private void build(int batch, Horizon horizon) {
    List<Value> parameters = model.net().trainable();
    ParameterRules rules = ParameterRules.of(config, model.net().parameters());
    List<Value> gradients = penalized(rules, parameters);
    Value norm = globalNorm(gradients);
    Value finite = control(batch, norm);
    for (GradientClip clip : config.clips()) {
      gradients = clip.clip(gradients, norm);
    }
    Value step = Ops.cast(Control.STEP.read(graph), DType.F64);
    Value rate = Ops.cast(learningRate(step, horizon), config.dtype());
    Value objective = rules.penalizedLoss(model.loss(), parameters);
    OptimizerStep update = new OptimizerStep(objective, step, rate, horizon);
    for (int i = 0; i < parameters.size(); i++) {
      Value parameter = parameters.get(i);
      update.add(parameter, gradients.get(i), rules.rate(parameter, rate));
    }
    List<Value> updated = config.optimizer().update(update);
    for (int i = 0; i < parameters.size(); i++) {
      Value parameter = parameters.get(i);
      assignIfFinite(parameter, rules.constrained(parameter, updated.get(i)), finite);
    }
    update.updates().forEach((slot, value) -> assignIfFinite(slot, value, finite));
    variables.addAll(update.variables());
    model.net().updates().forEach((buffer, value) -> assignIfFinite(buffer, value, finite));
  }

  private List<Value> penalized(ParameterRules rules, List<Value> parameters) {
    Iterator<Value> gradients = model.gradients().iterator();
    return parameters.stream().map(p -> rules.penalized(p, gradients.next())).toList();
  }

  /** A model may have nothing to train. */
  private Value globalNorm(List<Value> gradients) {
    return gradients.isEmpty()
        ? Constant.scalar(graph, config.dtype(), 0)
        : Ops.sqrt(Ops.sumOfSquares(gradients));
  }

  /** Updates the control block; gives the new flag that says whether all was finite so far. */
  private Value control(int batch, Value norm) {
    Value finite = Control.FINITE.read(graph);
    Value sane =
        Ops.mul(
            Ops.cast(Ops.isFinite(model.loss()), DType.F32),
            Ops.cast(Ops.isFinite(norm), DType.F32));
    Value stillFinite = Ops.mul(finite, sane);
    Value step = Control.STEP.read(graph);
    Value firstBad = Control.FIRST_BAD_STEP.read(graph);
    Value newlyBad = Ops.cast(Ops.sub(finite, stillFinite), DType.I32);
    Assign.of(finite, stillFinite);
    Assign.of(firstBad, Ops.select(newlyBad, step, firstBad));
    Assign.of(step, Ops.add(step, 1));
    Value normState = Control.GRADIENT_NORM.read(graph);
    Assign.of(normState, Ops.cast(norm, DType.F32));
    accumulate(Control.LOSS_SUM, Ops.mul(Ops.cast(model.loss(), DType.F64), batch));
    accumulate(Control.SAMPLES, Constant.scalar(graph, DType.F64, batch));
    return stillFinite;
  }

  private void accumulate(Control control, Value addend) {
    Value sum = control.read(graph);
    Assign.of(sum, Ops.add(sum, addend));
  }

  private Value learningRate(Value step, Horizon horizon) {
    ScalarExpr factor = config.schedule().factor(horizon);
    ScalarExpr rate =
        ScalarExpr.mul(ScalarExpr.constant(config.optimizer().learningRate()), factor);
    Value scale = Ops.cast(Control.LEARNING_RATE_SCALE.read(graph), DType.F64);
    return Ops.mul(scale, Formula.of(rate, step));
  }

  private void assignIfFinite(Value variable, Value value, Value finite) {
    Assign.of(variable, Ops.select(Ops.cast(finite, value.dtype()), value, variable));
  }
}
