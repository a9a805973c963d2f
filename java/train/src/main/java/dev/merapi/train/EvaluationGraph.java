package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.loss.Term;
import dev.merapi.train.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Builds the evaluation of a batch: loss and metrics are summed up in variables on the device.
 *
 * <p>The parts of a loss that has some are summed up as it is. A metric holds an output against the
 * target that the loss holds it against. Where the loss does so with several outputs, each has its
 * metrics, under its name: {@code digit_accuracy}.
 */
final class EvaluationGraph {
  static final String LOSS_SUM = "evaluation/lossSum";
  static final String SAMPLES = "evaluation/samples";
  static final String GROUP = "evaluation";

  private final Graph graph;
  private final Outputs outputs;
  private final List<VariableSpec> variables = new ArrayList<>();
  private final Map<String, Figure> metrics = new LinkedHashMap<>();

  private EvaluationGraph(TrainingConfig config, Batches batches) {
    LossGraph model = LossGraph.build(config, batches, false);
    this.graph = model.graph();
    variables.addAll(model.net().variables());
    TensorType scalar = TensorType.scalar(DType.F64);
    Value loss = Ops.cast(model.loss(), DType.F64);
    accumulate(LOSS_SUM, scalar, sum -> Ops.add(sum, Ops.mul(loss, batches.size())));
    Value samples = Constant.of(graph, scalar, batches.size());
    accumulate(SAMPLES, scalar, sum -> Ops.add(sum, samples));
    this.outputs = model.outputs();
    model.parts().forEach((key, part) -> addPart(key, part, batches.size()));
    List<Term> pairs = pairs(config, outputs);
    for (Term pair : pairs) {
      String prefix = pairs.size() == 1 ? "" : name(pair) + "_";
      Value prediction = outputs.get(pair.output());
      Value target = model.targets().get(pair.target());
      config.metrics().forEach(metric -> add(prefix + metric.key(), metric, prediction, target));
    }
    model.net().updates().forEach(Assign::of);
  }

  /** What the loss holds against what: a target for each output that an evaluation has. */
  private static List<Term> pairs(TrainingConfig config, Outputs outputs) {
    Map<Value, Term> pairs = new LinkedHashMap<>();
    for (Term term : config.loss().terms()) {
      if (outputs.has(term.output())) {
        pairs.putIfAbsent(outputs.get(term.output()), term);
      }
    }
    return List.copyOf(pairs.values());
  }

  private String name(Term pair) {
    return pair.output() == null ? outputs.names().get(0) : pair.output();
  }

  private void addPart(String key, Value part, int samples) {
    metrics.put(key, (sum, all) -> HostTensor.of(sum.type(), sum.item() / all));
    Value exact = Ops.cast(part, DType.F64);
    accumulate(
        path(key), TensorType.scalar(DType.F64), sum -> Ops.add(sum, Ops.mul(exact, samples)));
  }

  private void add(String key, Metric metric, Value prediction, Value target) {
    if (metric.appliesTo(prediction.type(), target.type())) {
      metrics.put(key, metric::result);
      accumulate(
          path(key),
          metric.accumulator(prediction.type()),
          sum -> metric.accumulate(sum, prediction, target));
    }
  }

  static EvaluationGraph build(TrainingConfig config, Batches batches) {
    return new EvaluationGraph(config, batches);
  }

  /** The variable that a metric with this key is summed up in. */
  static String path(String key) {
    return "evaluation/" + key;
  }

  private void accumulate(String path, TensorType type, UnaryOperator<Value> next) {
    variables.add(VariableSpec.filled(path, type, GROUP, 0));
    Value sum = Variable.of(graph, path, type);
    Assign.of(sum, next.apply(sum));
  }

  Graph graph() {
    return graph;
  }

  /** The model's outputs for a batch. */
  Outputs outputs() {
    return outputs;
  }

  List<VariableSpec> variables() {
    return variables;
  }

  /** The parts of the loss, and the metrics that mean something for this model, by key. */
  Map<String, Figure> metrics() {
    return metrics;
  }
}
