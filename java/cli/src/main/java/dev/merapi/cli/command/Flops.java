package dev.merapi.cli.command;

import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Counts the floating-point operations of matrix products, those within recurrent layers and
 * attention too, and of convolutions, a multiplication and an addition being two; everything else
 * is left out, as is usual.
 */
final class Flops {
  private Flops() {}

  /** The operations of one node. */
  static long of(Node node) {
    return of(node.op(), types(node.inputs()), types(node.outputs()));
  }

  private static List<TensorType> types(List<Value> values) {
    return values.stream().map(Value::type).toList();
  }

  private static long of(Op op, List<TensorType> inputs, List<TensorType> outputs) {
    if (op instanceof Scan scan) {
      // The nodes that its body was made of are in the graph as well, and counted once there.
      return (scan.steps() - 1) * ofBody(scan, inputs);
    }
    if (op instanceof MatMul product) {
      Shape a = inputs.get(0).shape();
      return 2L * outputs.get(0).shape().elements() * a.dim(product.transposeA() ? -2 : -1);
    }
    if (op instanceof ScaledDotProductAttention) {
      // Each query's products with all keys, and the sum of all values for each query.
      long keys = inputs.get(1).shape().dim(-2);
      return 2 * keys * (inputs.get(0).shape().elements() + outputs.get(0).shape().elements());
    }
    if (op instanceof Conv2d) {
      Shape weight = inputs.get(1).shape();
      return 2L * outputs.get(0).shape().elements() * (weight.elements() / weight.dim(0));
    }
    if (op instanceof RecurrentStack stack) {
      Shape x = inputs.get(0).shape();
      long matrices =
          stack.weights(x.dim(2)).pieces().stream()
              .filter(piece -> piece.shape().rank() == 2)
              .mapToLong(piece -> piece.shape().elements())
              .sum();
      return 2 * matrices * x.dim(0) * x.dim(1);
    }
    return 0;
  }

  private static long ofBody(Scan scan, List<TensorType> inputs) {
    List<TensorType> types = scan.body().types(scan.bodyTypes(inputs));
    long sum = 0;
    for (Subgraph.Call call : scan.body().calls()) {
      List<TensorType> arguments = call.arguments(types);
      sum += of(call.op(), arguments, call.op().inferTypes(arguments));
    }
    return sum;
  }
}
