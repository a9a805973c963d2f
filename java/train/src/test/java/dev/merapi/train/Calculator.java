package dev.merapi.train;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Variable;
import java.util.HashMap;
import java.util.Map;

/** Computes small graphs of elementwise nodes, rounding to the dtype after each node. */
public final class Calculator {
  private final Map<Value, double[]> values = new HashMap<>();

  /** Computes all nodes; leaves are given by the names of inputs and the paths of variables. */
  public Calculator(Graph graph, Map<String, double[]> leaves) {
    for (Node node : graph.nodes()) {
      Value output = node.output(0);
      double[] result = new double[output.shape().elements()];
      for (int i = 0; i < result.length; i++) {
        result[i] = output.dtype().convert(element(node, i, leaves));
      }
      values.put(output, result);
    }
  }

  /** What a node's output is. */
  public double[] get(Value value) {
    return values.get(value);
  }

  private double element(Node node, int i, Map<String, double[]> leaves) {
    if (node.op() instanceof Constant constant) {
      return constant.value();
    } else if (node.op() instanceof Input input) {
      return leaves.get(input.inputName())[i];
    } else if (node.op() instanceof Variable variable) {
      return leaves.get(variable.path())[i];
    }
    double[] arguments =
        node.inputs().stream()
            .map(values::get)
            .mapToDouble(x -> x[x.length == 1 ? 0 : i])
            .toArray();
    return ((Elementwise) node.op()).expr().eval(arguments);
  }
}
