package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.notEqual;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;

/** Predictions [N, C] against I32 labels [N], or [N, T, C] against [N, T]. */
final class Labels {
  private Labels() {}

  /** Whether there is a score for each of at least two classes at each label. */
  static boolean fit(TensorType prediction, TensorType target) {
    int rank = prediction.shape().rank();
    return target.dtype() == DType.I32
        && rank >= 2
        && prediction.shape().dim(-1) >= 2
        && target.shape().equals(prediction.shape().slice(0, rank - 1));
  }

  /** 1 for each label that counts, 0 for those that are ignored. */
  static Value counts(Value target, Integer ignoreIndex) {
    return ignoreIndex == null
        ? Constant.of(target.graph(), target.type(), 1)
        : notEqual(target, Constant.scalar(target.graph(), target.dtype(), ignoreIndex));
  }

  /** A record's text without options that are null, as it was before it had them. */
  static String withoutNulls(String text) {
    return text.replaceAll("(?:, )?\\w+=null", "");
  }

  /** The sum of a number for each label, so that a sample's labels together count 1. */
  static Value sumPerSample(Value values) {
    double weight = (double) values.shape().dim(0) / values.shape().elements();
    return mul(sum(cast(values, DType.F64)), weight);
  }
}
