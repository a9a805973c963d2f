package dev.merapi.core.op.normalization;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;

/** What the normalizations require of their inputs. */
final class Checks {
  private Checks() {}

  static void floating(TensorType x) {
    GraphException.check(x.dtype().isFloating(), "expected floating-point input, found %s", x);
  }

  static void type(String what, TensorType found, TensorType expected) {
    GraphException.check(found.equals(expected), "expected %s %s, found %s", what, expected, found);
  }

  static void axis(TensorType x, int axis) {
    GraphException.check(
        axis >= 0 && axis < x.shape().rank(),
        "expected an axis from 0 to %d for %s, found %d",
        x.shape().rank() - 1,
        x,
        axis);
  }

  /** Checks logits or probabilities and the labels of their rows. */
  static void classes(String what, TensorType x, TensorType labels) {
    GraphException.check(
        x.shape().rank() == 2 && x.dtype().isFloating(),
        "expected floating-point %s [N, classes], found %s",
        what,
        x);
    type("labels", labels, new TensorType(DType.I32, x.shape().slice(0, 1)));
  }

  /** Refuses the gradient by an output that only the backward op may read. */
  static void savedOnly(Adjoint adjoint, int output, String what) {
    GraphException.check(
        !adjoint.hasGradOutput(output),
        "%s: no gradient goes through the saved %s; compute it with ops of its own",
        adjoint.output(output).op().name(),
        what);
  }
}
