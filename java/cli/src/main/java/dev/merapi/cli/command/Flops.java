package dev.merapi.cli.command;

import dev.merapi.core.graph.Node;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.tensor.Shape;

/**
 * Counts the floating-point operations of matrix products, those within recurrent layers and
 * attention too, and of convolutions, a multiplication and an addition being two; everything else
 * is left out, as is usual.
 */
final class Flops {
  private Flops() {}

  /** The operations of one node. */
  static long of(Node node) {
    long outputs = node.outputs().get(0).shape().elements();
    if (node.op() instanceof MatMul product) {
      Shape a = node.inputs().get(0).shape();
      return 2 * outputs * a.dim(product.transposeA() ? -2 : -1);
    }
    if (node.op() instanceof ScaledDotProductAttention) {
      // Each query's products with all keys, and the sum of all values for each query.
      long keys = node.inputs().get(1).shape().dim(-2);
      return 2 * keys * (node.inputs().get(0).shape().elements() + outputs);
    }
    if (node.op() instanceof Conv2d) {
      Shape weight = node.inputs().get(1).shape();
      return 2 * outputs * (weight.elements() / weight.dim(0));
    }
    if (node.op() instanceof RecurrentStack stack) {
      Shape x = node.inputs().get(0).shape();
      long matrices =
          stack.weights(x.dim(2)).pieces().stream()
              .filter(piece -> piece.shape().rank() == 2)
              .mapToLong(piece -> piece.shape().elements())
              .sum();
      return 2 * matrices * x.dim(0) * x.dim(1);
    }
    return 0;
  }
}
