package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.notEqual;
import static dev.merapi.core.op.Ops.sub;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;

/**
 * Targets that are held against one score each: I32 or of the prediction's type, in the
 * prediction's shape or that without a last axis of 1.
 *
 * <p>Where they say which of two classes it is, what is above one half is the positive class.
 */
public final class ScoreTargets {
  private ScoreTargets() {}

  /** Whether targets of a type can be held against predictions of a type. */
  public static boolean fit(TensorType prediction, TensorType target) {
    Shape scores = prediction.shape();
    boolean column = scores.rank() > 1 && scores.dim(-1) == 1;
    return prediction.dtype().isFloating()
        && (target.dtype() == prediction.dtype() || target.dtype() == DType.I32)
        && (target.shape().equals(scores)
            || column && target.shape().equals(scores.slice(0, scores.rank() - 1)));
  }

  /** 1 for the positive class, 0 for the negative one, in the prediction's type and shape. */
  public static Value positive(Value prediction, Value target) {
    Value half = Constant.scalar(prediction.graph(), prediction.dtype(), 0.5);
    return greater(numbers(prediction, target), half);
  }

  /** 1 for the positive class, -1 for the negative one, in the prediction's type and shape. */
  static Value signs(Value prediction, Value target) {
    return sub(mul(positive(prediction, target), 2), 1);
  }

  /**
   * 1 for each target that counts, 0 for the others, in the prediction's type and shape.
   *
   * @param ignored the target that does not count; null for none
   */
  public static Value counts(Value prediction, Value target, Double ignored) {
    if (ignored == null) {
      return Constant.of(prediction.graph(), prediction.type(), 1);
    }
    Value stranger = Constant.scalar(prediction.graph(), prediction.dtype(), ignored);
    return notEqual(numbers(prediction, target), stranger);
  }

  /** The targets in the prediction's type and shape. */
  static Value numbers(Value prediction, Value target) {
    Value sameType =
        target.dtype() == prediction.dtype() ? target : cast(target, prediction.dtype());
    return target.shape().equals(prediction.shape())
        ? sameType
        : Reshape.of(sameType, prediction.shape());
  }

  static void check(String loss, Value prediction, Value target) {
    GraphException.check(
        fit(prediction.type(), target.type()),
        "%s: expected a target of the prediction's type %s, or I32 of its shape, found %s",
        loss,
        prediction.type(),
        target.type());
  }
}
