package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.optimizer.Parameter;
import dev.merapi.train.schedule.Horizon;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** The type of a batch's predictions. */
  TensorType prediction() {
    return model.prediction().type();
  }

  /** Everything the program reads or writes: control block, parameters, buffers, slots. */
  List<VariableSpec> variables() {
    return variables;
  }

  private void build(int batch, Horizon horizon) {
    List<Value> parameters = model.net().trainable();
    List<Value> gradients = model.gradients();
    Value norm = globalNorm(gradients);
    Value finite = control(batch, norm);
    for (GradientClip clip : config.clips()) {
      gradients = clip.clip(gradients, norm);
    }
    Value step = Ops.cast(Control.STEP.read(graph), DType.F64);
    Value rate = Ops.cast(learningRate(step, horizon), config.dtype());
    Value number = Ops.cast(Ops.add(step, 1), config.dtype());
    for (int i = 0; i < parameters.size(); i++) {
      Step parameter = new Step(parameters.get(i), gradients.get(i), rate, number);
      assignIfFinite(parameters.get(i), config.optimizer().update(parameter), finite);
      parameter.newSlots.forEach((slot, value) -> assignIfFinite(slot, value, finite));
    }
    model.net().updates().forEach((buffer, value) -> assignIfFinite(buffer, value, finite));
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

  /** One parameter in the optimizer's hands. */
  private final class Step implements Parameter {
    private final Value value;
    private final Value grad;
    private final Value learningRate;
    private final Value step;
    private final Map<String, Value> slots = new HashMap<>();
    private final Map<Value, Value> newSlots = new LinkedHashMap<>();

    Step(Value value, Value grad, Value learningRate, Value step) {
      this.value = value;
      this.grad = grad;
      this.learningRate = learningRate;
      this.step = step;
    }

    @Override
    public Value value() {
      return value;
    }

    @Override
    public Value grad() {
      return grad;
    }

    @Override
    public Value learningRate() {
      return learningRate;
    }

    @Override
    public Value step() {
      return step;
    }

    @Override
    public Value slot(String name, double initial) {
      return slots.computeIfAbsent(
          name,
          absent -> {
            TensorType type = value.type();
            String path = ((Variable) value.op()).path() + "/" + name;
            variables.add(VariableSpec.filled(path, type, "slots/" + name, initial));
            return Variable.of(graph, path, type);
          });
    }

    @Override
    public void set(Value slot, Value newValue) {
      newSlots.put(slot, newValue);
    }
  }
}
