package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.train.optimizer.ElementwiseOptimizer;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.schedule.Horizon;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds a training program: forward, backward, running statistics and the control block, every
 * update predicated on all numbers being finite. It ends with the update of the parameters, or,
 * where a step takes several batches, with sums of gradients, of which another program makes it.
 *
 * <p>Of a training in phases there is one for each. The last one ends the step: it counts it and
 * its samples, so that all phases see the same step, learning rate, random numbers and batch.
 */
final class TrainingGraph {
  private final TrainingConfig config;
  private final Graph graph;
  private final ControlUpdate control;
  private final List<VariableSpec> trained;
  private final List<VariableSpec> variables = new ArrayList<>(VariableSpec.controlBlock());
  private final Outputs outputs;
  private final boolean last;

  private TrainingGraph(
      TrainingConfig config, PhaseRules phases, Batches batches, Horizon horizon) {
    this.config = config;
    this.last = phases.last();
    requireFit(config, horizon);
    LossGraph model = LossGraph.build(config, batches, true);
    Net net = model.net();
    this.graph = model.graph();
    this.control = new ControlUpdate(graph);
    this.outputs = model.outputs();
    List<Value> parameters = phases.trained(net);
    this.trained = specs(net, parameters);
    variables.addAll(net.variables());
    ParameterRules.requireKnown(config, VariableSpec.paths(net.variables(), Net.PARAMETERS));
    if (last) {
      batches.source().advance(graph);
    }
    graph.at(
        "optimizer",
        () -> {
          List<Value> gradients = model.gradients(parameters);
          Value finite =
              config.accumulate() == 1
                  ? step(model.loss(), gradients, horizon)
                  : microStep(model.loss(), gradients, batches.size());
          control.addLoss(model.loss(), batches.size());
          if (last) {
            control.addSamples(batches.size());
          }
          net.updates().forEach((v, value) -> ControlUpdate.assignIf(finite, v, value));
          return this;
        });
  }

  /** The update of the parameters by sums of gradients. */
  private TrainingGraph(TrainingConfig config, List<VariableSpec> trained, Horizon horizon) {
    this.config = config;
    this.graph = new Graph(config.name(), config.seed());
    this.control = new ControlUpdate(graph);
    this.trained = trained;
    this.outputs = null;
    this.last = true;
    graph.at(
        "optimizer",
        () -> {
          update(horizon);
          return this;
        });
  }

  /** The program for a batch: a step, or a micro-step; for each phase, if there are some. */
  static List<TrainingGraph> build(TrainingConfig config, Batches batches, Horizon horizon) {
    return PhaseRules.of(config).stream()
        .map(phase -> new TrainingGraph(phase.config(), phase, batches, horizon))
        .toList();
  }

  /** The program that makes the step of the micro-steps before it. */
  TrainingGraph update(TrainingConfig config, Horizon horizon) {
    return new TrainingGraph(config, trained, horizon);
  }

  private static void requireFit(TrainingConfig config, Horizon horizon) {
    Optimizer optimizer = config.optimizer();
    String name = optimizer.getClass().getSimpleName();
    GraphException.check(
        !optimizer.wholeBatch() || horizon.stepsPerEpoch() == 1,
        "%s: expected the whole training set in each step (batch: all), found %d steps per epoch",
        name,
        horizon.stepsPerEpoch());
    GraphException.check(
        optimizer instanceof ElementwiseOptimizer
            || (config.clips().isEmpty()
                && config.constraints().isEmpty()
                && config.rates().isEmpty()),
        "%s moves all parameters together: expected no clip, constraints or rates beside it, found"
            + " clip %s, constraints %s, rates %s",
        name,
        config.clips(),
        config.constraints(),
        config.rates());
  }

  private static List<VariableSpec> specs(Net net, List<Value> parameters) {
    Map<String, VariableSpec> specs = new HashMap<>();
    net.variables().forEach(spec -> specs.put(spec.path(), spec));
    return parameters.stream().map(p -> specs.get(((Variable) p.op()).path())).toList();
  }

  Graph graph() {
    return graph;
  }

  /** The model's outputs for a batch. */
  Outputs outputs() {
    return outputs;
  }

  /** Everything the program reads or writes: control block, parameters, buffers, slots. */
  List<VariableSpec> variables() {
    return variables;
  }

  private Value step(Value loss, List<Value> plain, Horizon horizon) {
    ParameterUpdate update = new ParameterUpdate(config, graph, trained);
    List<Value> gradients = update.penalized(plain);
    Value norm = globalNorm(gradients);
    Value finite = control.requireFinite(loss, norm);
    if (last) {
      control.count(Control.STEP);
    }
    control.set(Control.GRADIENT_NORM, Ops.cast(norm, DType.F32));
    update.build(loss, gradients, norm, finite, horizon);
    variables.addAll(update.variables());
    return finite;
  }

  private Value microStep(Value loss, List<Value> gradients, int batch) {
    GradientSum sum = new GradientSum(graph, trained, config.dtype());
    sum.add(gradients, batch);
    variables.addAll(sum.variables());
    control.count(Control.MICRO_STEP);
    return control.requireFinite(loss);
  }

  private void update(Horizon horizon) {
    GradientSum sum = new GradientSum(graph, trained, config.dtype());
    ParameterUpdate update = new ParameterUpdate(config, graph, trained);
    List<Value> means = sum.sums().stream().map(value -> Ops.mul(value, sum.scale())).toList();
    List<Value> gradients = update.penalized(means);
    // Of the sums where that is the same, so that the means never lie in memory.
    Value norm =
        config.penalties().isEmpty()
            ? Ops.mul(globalNorm(sum.sums()), sum.scale())
            : globalNorm(gradients);
    Value finite = control.requireFinite(norm);
    control.count(Control.STEP);
    control.set(Control.MICRO_STEP, Constant.scalar(graph, DType.I32, 0));
    sum.clear();
    control.set(Control.GRADIENT_NORM, Ops.cast(norm, DType.F32));
    update.build(null, gradients, norm, finite, horizon);
    variables.addAll(update.variables());
  }

  /** A model may have nothing to train. */
  private Value globalNorm(List<Value> gradients) {
    return gradients.isEmpty()
        ? Constant.scalar(graph, config.dtype(), 0)
        : Ops.sqrt(Ops.sumOfSquares(gradients));
  }
}
