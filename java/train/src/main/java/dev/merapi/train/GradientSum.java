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
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of the batches that make one optimizer step, summed up in variables. Each counts by
 * its samples, so that the mean is the gradient of all samples' mean loss, whatever sizes the
 * batches have.
 *
 * @param parameters those that are trained
 */
record GradientSum(Graph graph, List<VariableSpec> parameters, DType dtype) {
  /** The group of the sums. */
  private static final String GROUP = "gradients";

  private static final String SAMPLES = "gradients/samples";

  /** The variables, which begin with 0. */
  List<VariableSpec> variables() {
    List<VariableSpec> variables = new ArrayList<>();
    parameters.forEach(p -> variables.add(VariableSpec.filled(path(p), p.type(), GROUP, 0)));
    variables.add(VariableSpec.filled(SAMPLES, TensorType.scalar(dtype), GROUP, 0));
    return variables;
  }

  private static String path(VariableSpec parameter) {
    return parameter.path() + "/gradient";
  }

  private Value sum(VariableSpec parameter) {
    return Variable.of(graph, path(parameter), parameter.type());
  }

  private Value samples() {
    return Variable.of(graph, SAMPLES, TensorType.scalar(dtype));
  }

  /** Adds the gradients of a batch's mean loss; the first batch of a step begins the sums. */
  void add(List<Value> gradients, int batch) {
    for (int i = 0; i < gradients.size(); i++) {
      Value sum = sum(parameters.get(i));
      Value addend = Ops.mul(gradients.get(i), batch);
      Assign.of(sum, Ops.select(samples(), Ops.add(sum, addend), addend));
    }
    Assign.of(samples(), Ops.add(samples(), batch));
  }

  /** The sums themselves. */
  List<Value> sums() {
    return parameters.stream().map(this::sum).toList();
  }

  /** What makes means of the sums, a scalar. */
  Value scale() {
    return Ops.div(Constant.scalar(graph, dtype, 1), samples());
  }

  /** Lets the next batch begin the sums. */
  void clear() {
    Assign.of(samples(), Constant.scalar(graph, dtype, 0));
  }
}
