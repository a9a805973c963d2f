package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.exp;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.normalization.Moments.sum;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Select;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * loss[n] = -log softmax(logits[n])[labels[n]], without a mean over the rows; the softmax, which
 * the gradient needs, is the second output.
 *
 * <p>logits [N, classes], labels I32 [N]; outputs: loss [N], probabilities [N, classes]. The
 * logarithm is taken of a sum that holds 1, so that large logits are no problem. Labels must lie
 * within the classes: the reference backend throws {@link IndexOutOfBoundsException}.
 */
public record SoftmaxCrossEntropy() implements Normalization {
  /** The loss of each row. */
  public static Value of(Value logits, Value labels) {
    return logits.graph().applyAll(new SoftmaxCrossEntropy(), List.of(logits, labels)).get(0);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType logits = inputs.get(0);
    Checks.classes("logits", logits, inputs.get(1));
    return List.of(logits.withShape(logits.shape().slice(0, 1)), logits);
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Value probabilities = adjoint.output(1);
    adjoint.give(
        0, () -> SoftmaxCrossEntropyGrad.of(probabilities, adjoint.input(1), adjoint.gradOutput()));
    if (adjoint.hasGradOutput(1)) { // of a gradient's gradient
      adjoint.give(0, () -> Softmax.gradient(probabilities, adjoint.gradOutput(1), 1));
    }
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value logits = inputs.get(0);
    Value logProbabilities = LogSoftmax.primitives(logits, 1);
    Value chosen = OneHot.of(inputs.get(1), logits.shape().dim(1), logits.dtype());
    // Chosen, not multiplied: the logarithm of another class may be minus infinity.
    Value zero = Constant.scalar(logits.graph(), logits.dtype(), 0);
    Value sum = sum(Select.of(chosen, logProbabilities, zero), 1);
    Value loss = mul(Reshape.of(sum, logits.shape().slice(0, 1)), -1);
    return Optional.of(List.of(loss, exp(logProbabilities)));
  }
}
