package dev.merapi.core.pass;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.movement.Transpose;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes at compile time what follows from constants: elementwise ops by the evaluator of scalar
 * expressions, rounded to the element type at each op; movements; and reductions.
 */
public final class FoldConstants extends GraphRewriter {
  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    boolean constant =
        !inputs.isEmpty() && inputs.stream().allMatch(x -> Constant.splat(x) != null);
    if (!constant || node.outputs().stream().anyMatch(value -> value.shape().isEmpty())) {
      return target.applyAll(node.op(), inputs);
    }
    double[] arguments = inputs.stream().mapToDouble(Constant::splat).toArray();
    List<TensorType> types = node.outputTypes();
    List<Value> results = new ArrayList<>();
    if (node.op() instanceof Elementwise op) {
      for (int i = 0; i < types.size(); i++) {
        results.add(Constant.of(target, types.get(i), op.exprs().get(i).eval(arguments)));
      }
    } else if (keepsValues(node.op())) {
      results.add(Constant.of(target, types.get(0), arguments[0]));
    } else if (node.op() instanceof Reduce reduce) {
      int joined = inputs.get(0).shape().elements() / types.get(0).shape().elements();
      results.add(Constant.of(target, types.get(0), reduced(reduce, arguments[0], joined)));
    } else {
      return target.applyAll(node.op(), inputs);
    }
    return results;
  }

  /** Whether each output element is some element of the only input. */
  private static boolean keepsValues(Op op) {
    return op instanceof Reshape
        || op instanceof Broadcast
        || op instanceof Transpose
        || op instanceof Slice;
  }

  private static double reduced(Reduce reduce, double value, int count) {
    if (reduce.function() != ReduceFunction.SUM) {
      return value;
    }
    return count == 0 ? 0 : value * count;
  }
}
