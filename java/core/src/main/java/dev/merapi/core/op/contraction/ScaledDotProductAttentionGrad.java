package dev.merapi.core.op.contraction;

import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;

import dev.merapi.core.graph.Contraction;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The gradients of {@link ScaledDotProductAttention}. With the weights P, the softmax of the
 * scores, and G = gradOutput:
 *
 * <pre>
 * gradScores = P (G V^T - sum of G y along e)
 * gradQ = scale gradScores K,  gradK = scale gradScores^T Q,  gradV = P^T G
 * </pre>
 *
 * <p>Inputs: gradOutput and the op's Q, K, V, y, logSumExp, and its mask if it has one; outputs:
 * gradQ, gradK, gradV like Q, K, V and, if wanted, gradScores [..., T, S], the gradient by the mask
 * before it is summed to the mask's shape. Without a kernel of its own it reads the softmax that
 * the forward op has made, and not logSumExp. It has no gradient itself. Source: Dao et al.,
 * "FlashAttention", NeurIPS 2022, section 3.1 and appendix B.
 *
 * @param scale the forward op's
 * @param causal the forward op's
 * @param byMask whether gradScores is an output
 */
public record ScaledDotProductAttentionGrad(double scale, boolean causal, boolean byMask)
    implements Contraction {
  private static final int MASK = 6;

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    List<TensorType> saved =
        ScaledDotProductAttention.outputs(
            inputs.subList(1, 4), inputs.stream().skip(MASK).findFirst());
    GraphException.check(
        inputs.get(0).equals(saved.get(0)),
        "expected gradOutput %s, found %s",
        saved.get(0),
        inputs.get(0));
    GraphException.check(
        inputs.subList(4, MASK).equals(saved),
        "expected the saved %s, found %s",
        saved,
        inputs.subList(4, MASK));
    List<TensorType> gradients = new ArrayList<>(inputs.subList(1, 4));
    if (byMask) {
      TensorType query = inputs.get(1);
      gradients.add(query.withShape(query.shape().with(-1, inputs.get(2).shape().dim(-2))));
    }
    return gradients;
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value grad = inputs.get(0);
    Value query = inputs.get(1);
    Value key = inputs.get(2);
    ScaledDotProductAttention forward = new ScaledDotProductAttention(scale, causal);
    Value scores = forward.scores(query, key, inputs.stream().skip(MASK).findFirst());
    Value weights = Softmax.of(scores, -1); // the forward op's: equal nodes are one
    Value along = Reduce.of(ReduceFunction.SUM, mul(grad, inputs.get(4)), true, -1);
    Value byScores = mul(weights, sub(MatMul.of(grad, inputs.get(3), false, true), along));
    List<Value> gradients = new ArrayList<>();
    gradients.add(mul(MatMul.of(byScores, key, false, false), scale));
    gradients.add(MatMul.of(byScores, mul(query, scale), true, false));
    gradients.add(MatMul.of(weights, grad, true, false));
    if (byMask) {
      gradients.add(byScores);
    }
    return Optional.of(gradients);
  }
}
