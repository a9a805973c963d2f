package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Node;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.contraction.ScaledDotProductAttentionGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Attention and its gradients, some heads at a time. */
final class AttentionKernels {
  /**
   * So few scores are better kept for the gradients, as attention does when it is taken apart, than
   * made again. Measured with one thread at 28 queries and keys: 0.8 of the speed of the parts; and
   * with two threads at 512 and 1024: 0.9 and 0.96, which is what the scores' memory costs.
   */
  private static final int FEW_SCORES = 1 << 21;

  private AttentionKernels() {}

  static void register(KernelTable table) {
    table.add(
        ScaledDotProductAttention.class,
        (op, inputs, outputs, engine) -> new AttentionForward(op, forward(inputs), inputs, engine));
    table.add(
        ScaledDotProductAttentionGrad.class,
        (op, inputs, outputs, engine) ->
            new AttentionBackward(op, backward(inputs), inputs, engine));
  }

  private static AttentionSizes forward(List<TensorType> inputs) {
    return AttentionSizes.of(inputs.get(0).shape(), inputs.get(2).shape());
  }

  private static AttentionSizes backward(List<TensorType> inputs) {
    return AttentionSizes.of(inputs.get(1).shape(), inputs.get(3).shape());
  }

  /** Whether a node is an attention that is better taken apart. */
  static boolean isBetterApart(Node node) {
    return node.op() instanceof ScaledDotProductAttention
            && forward(node.inputTypes()).scores() <= FEW_SCORES
        || node.op() instanceof ScaledDotProductAttentionGrad
            && backward(node.inputTypes()).scores() <= FEW_SCORES;
  }
}
