package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;

/** A loss that compares element by element and takes the mean over all elements. */
interface SameShape extends Loss {
  /** The loss of each element, for values of one type. */
  Value elements(Value prediction, Value target);

  @Override
  default Value build(Value prediction, Value target) {
    String simple = getClass().getSimpleName();
    check(Character.toLowerCase(simple.charAt(0)) + simple.substring(1), prediction, target);
    return Ops.mean(elements(prediction, target));
  }

  /** Requires one type and shape, since a target that would be broadcast is a mistake. */
  static void check(String loss, Value prediction, Value target) {
    GraphException.check(
        target.type().equals(prediction.type()),
        "%s: expected a target of the prediction's type %s, found %s",
        loss,
        prediction.type(),
        target.type());
  }
}
