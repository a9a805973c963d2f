package dev.merapi.core.op.contraction;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.exp;
import static dev.merapi.core.op.elementwise.Arithmetic.log;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Contraction;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scaled dot-product attention: y = softmax(scale Q K^T + mask) V, the softmax along the keys.
 *
 * <p>Inputs: queries Q [..., T, d], keys K [..., S, d], values V [..., S, e] with equal batch axes
 * (samples and heads), and a mask that broadcasts to [..., T, S], if any; outputs: y [..., T, e]
 * and logSumExp [..., T] of the scores, which a backward kernel needs and which carries no
 * gradient. A query whose keys all have the mask minus infinity gets NaN. Source: Vaswani et al.,
 * "Attention Is All You Need", NIPS 2017; the saved values are those of Dao et al.,
 * "FlashAttention", NeurIPS 2022; PyTorch's {@code scaled_dot_product_attention}.
 *
 * @param scale what the products are multiplied by; 1 / sqrt(d) is usual
 * @param causal whether query t sees only the keys up to t, as {@link AttentionMask#causal}
 */
public record ScaledDotProductAttention(double scale, boolean causal) implements Contraction {
  private static final int MASK = 3;

  /** y, with the usual scale 1 / sqrt(d). */
  public static Value of(
      Value query, Value key, Value value, Optional<Value> mask, boolean causal) {
    List<Value> inputs = new ArrayList<>(List.of(query, key, value));
    mask.ifPresent(inputs::add);
    return query.graph().applyAll(usual(query, causal), inputs).get(0);
  }

  /** softmax(scale Q K^T + mask) [..., T, S] alone, for what is done with the weights itself. */
  public static Value weights(Value query, Value key, Optional<Value> mask, boolean causal) {
    return Softmax.of(usual(query, causal).scores(query, key, mask), -1);
  }

  private static ScaledDotProductAttention usual(Value query, boolean causal) {
    int rank = query.shape().rank();
    GraphException.check(rank >= 2, "expected queries [..., T, d], found %s", query.type());
    return new ScaledDotProductAttention(1 / Math.sqrt(query.shape().dim(-1)), causal);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return outputs(inputs.subList(0, MASK), inputs.stream().skip(MASK).findFirst());
  }

  /** Checks the inputs and gives the types of y and logSumExp. */
  static List<TensorType> outputs(List<TensorType> inputs, Optional<TensorType> mask) {
    TensorType query = inputs.get(0);
    TensorType key = inputs.get(1);
    TensorType value = inputs.get(2);
    int rank = query.shape().rank();
    GraphException.check(
        rank >= 2 && query.shape().dim(-1) >= 1 && query.dtype().isFloating(),
        "expected floating-point queries [..., T, d], found %s",
        query);
    GraphException.check(
        key.shape().rank() == rank && key.shape().dim(-2) >= 1,
        "expected keys [..., S, d] for the queries %s, found %s",
        query,
        key);
    int keys = key.shape().dim(-2);
    TensorType expected = query.withShape(query.shape().with(-2, keys));
    GraphException.check(key.equals(expected), "expected keys %s, found %s", expected, key);
    GraphException.check(
        value.shape().rank() == rank
            && value.equals(expected.withShape(expected.shape().with(-1, value.shape().dim(-1)))),
        "expected values [..., S, e] for the keys %s, found %s",
        key,
        value);
    TensorType scores = query.withShape(query.shape().with(-1, keys));
    mask.ifPresent(
        found ->
            GraphException.check(
                found.dtype() == query.dtype() && found.shape().broadcastsTo(scores.shape()),
                "expected a mask that broadcasts to %s, found %s",
                scores,
                found));
    return List.of(
        query.withShape(query.shape().with(-1, value.shape().dim(-1))),
        query.withShape(query.shape().slice(0, rank - 1)));
  }

  /** The gradient by the mask costs a tensor of the scores' size: it is made only where wanted. */
  @Override
  public void gradient(Adjoint adjoint) {
    GraphException.check(
        !adjoint.hasGradOutput(1), "%s: no gradient goes through the saved logSumExp", name());
    boolean masked = adjoint.output(0).node().inputs().size() > MASK;
    boolean byMask = masked && adjoint.wants(MASK);
    List<Value> inputs = new ArrayList<>();
    inputs.add(adjoint.gradOutput());
    for (int i = 0; i < MASK; i++) {
      inputs.add(adjoint.input(i));
    }
    inputs.add(adjoint.output(0));
    inputs.add(adjoint.output(1));
    if (masked) {
      inputs.add(adjoint.input(MASK));
    }
    ScaledDotProductAttentionGrad backward =
        new ScaledDotProductAttentionGrad(scale, causal, byMask);
    List<Value> gradients = adjoint.input(0).graph().applyAll(backward, inputs);
    for (int i = 0; i < gradients.size(); i++) {
      Value gradient = gradients.get(i);
      adjoint.give(i, () -> gradient);
    }
  }

  /** scale Q K^T + mask. Queries are scaled, not scores, which are more. */
  Value scores(Value query, Value key, Optional<Value> mask) {
    Value scores = MatMul.of(mul(query, scale), key, false, true);
    if (causal) {
      int keys = key.shape().dim(-2);
      int queries = query.shape().dim(-2);
      scores = add(scores, AttentionMask.causal(query.graph(), query.dtype(), queries, keys));
    }
    return mask.isPresent() ? add(scores, mask.get()) : scores;
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value scores = scores(inputs.get(0), inputs.get(1), inputs.stream().skip(MASK).findFirst());
    Value y = MatMul.of(Softmax.of(scores, -1), inputs.get(2), false, false);
    Value max = Reduce.of(ReduceFunction.MAX, scores, true, -1);
    Value sum = Reduce.of(ReduceFunction.SUM, exp(sub(scores, max)), true, -1);
    Shape saved = scores.shape().slice(0, scores.shape().rank() - 1);
    return Optional.of(List.of(y, Reshape.of(add(max, log(sum)), saved)));
  }
}
