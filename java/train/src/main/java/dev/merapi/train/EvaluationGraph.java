package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.metric.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Builds the evaluation of a batch: loss and metrics are summed up in variables on the device. */
final class EvaluationGraph {
  static final String LOSS_SUM = "evaluation/lossSum";
  static final String SAMPLES = "evaluation/samples";
  static final String GROUP = "evaluation";

  private final Graph graph;
  private final TensorType prediction;
  private final List<VariableSpec> variables = new ArrayList<>();
  private final List<Metric> metrics = new ArrayList<>();

  private EvaluationGraph(TrainingConfig config, Batches batches) {
    LossGraph model = LossGraph.build(config, batches, false);
    this.graph = model.graph();
    variables.addAll(model.net().variables());
    TensorType scalar = TensorType.scalar(DType.F64);
    Value loss = Ops.cast(model.loss(), DType.F64);
    accumulate(LOSS_SUM, scalar, sum -> Ops.add(sum, Ops.mul(loss, batches.size())));
    Value samples = Constant.of(graph, scalar, batches.size());
    accumulate(SAMPLES, scalar, sum -> Ops.add(sum, samples));
    Value prediction = model.prediction();
    this.prediction = prediction.type();
    Value targets = model.targets();
    for (Metric metric : config.metrics()) {
      if (metric.appliesTo(prediction.type(), targets.type())) {
        metrics.add(metric);
        accumulate(
            path(metric),
            metric.accumulator(prediction.type()),
            sum -> metric.accumulate(sum, prediction, targets));
      }
    }
    model.net().updates().forEach(Assign::of);
  }

  static EvaluationGraph build(TrainingConfig config, Batches batches) {
    return new EvaluationGraph(config, batches);
  }

  /** The variable that a metric is summed up in. */
  static String path(Metric metric) {
    return "evaluation/" + metric.key();
  }

  private void accumulate(String path, TensorType type, UnaryOperator<Value> next) {
    variables.add(VariableSpec.filled(path, type, GROUP, 0));
    Value sum = Variable.of(graph, path, type);
    Assign.of(sum, next.apply(sum));
  }

  Graph graph() {
    return graph;
  }

  /** The type of a batch's predictions. */
  TensorType prediction() {
    return prediction;
  }

  List<VariableSpec> variables() {
    return variables;
  }

  /** The metrics that mean something for this model. */
  List<Metric> metrics() {
    return metrics;
  }
}
