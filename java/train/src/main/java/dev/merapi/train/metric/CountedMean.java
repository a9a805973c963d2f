package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;

/** A metric that is the mean over all places that count of a number for each; 0 when none does. */
interface CountedMean extends Ratio {
  /** A finite number for each place. */
  Value values(Value prediction, Value target);

  /** 1 for each place that counts, 0 for the others, in the shape of the values. */
  Value counts(Value prediction, Value target);

  @Override
  default Value part(Value prediction, Value target) {
    Value values = cast(values(prediction, target), DType.F64);
    return sum(mul(values, cast(counts(prediction, target), DType.F64)));
  }

  @Override
  default Value whole(Value prediction, Value target) {
    return sum(cast(counts(prediction, target), DType.F64));
  }
}
