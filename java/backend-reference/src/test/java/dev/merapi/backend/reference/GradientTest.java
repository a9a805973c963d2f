package dev.merapi.backend.reference;

import static dev.merapi.core.op.Ops.concat;
import static dev.merapi.core.op.Ops.gather;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.reduceMax;
import static dev.merapi.core.op.Ops.slice;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients of movement, contraction, reduction and random ops. */
class GradientTest extends GradientCheck {
  @Test
  void matMulStoredEitherWay() {
    Value a = input(2, 3);
    Value b = input(3, 4);
    check(() -> matMul(a, b), a, b);
    check(() -> matMul(b, a, true, true), a, b);
    Value c = input(4, 3);
    check(() -> matMul(a, c, false, true), a, c);
    check(() -> matMul(b, c, true, true), b, c);
    Value d = input(3, 2);
    check(() -> matMul(b, d, true, false), b, d);
  }

  @Test
  void matMulOfBroadcastBatches() {
    Value a = input(2, 1, 2, 3);
    Value b = input(3, 3, 2);
    check(() -> matMul(a, b), a, b);
    Value weight = input(4, 3);
    check(() -> matMul(a, weight, false, true), a, weight);
    Value one = input(2, 3);
    check(() -> matMul(one, b), one, b);
  }

  @Test
  void transposeAndConcat() {
    Value a = input(2, 3, 2);
    check(() -> transpose(a, 1, 2, 0), a);
    Value b = input(2, 1, 2);
    check(() -> concat(1, a, b, a), a, b);
  }

  @Test
  void sliceAndPad() {
    Value a = input(4, 7);
    check(() -> slice(a, List.of(1, 1), List.of(4, 6), List.of(2, 3)), a);
    check(() -> slice(a, List.of(1, 2), List.of(1, 6)), a);
    Value b = input(2, 3);
    check(() -> Pad.of(b, List.of(1, 0), List.of(0, 2), List.of(2, 1), 3), b);
  }

  @Test
  void gatherAndScatterAdd() {
    Value a = input(3, 4, 2);
    Value indices = bind(HostTensor.of(Shape.of(2, 2), 3, 0, 3, 1));
    check(() -> gather(a, indices, 1), a);
    Value updates = input(3, 2, 2, 2);
    check(() -> ScatterAdd.of(updates, indices, 1, 5), updates);
  }

  @Test
  void reductions() {
    Value a = input(2, 3, 4);
    check(() -> sum(a, 0, 2), a);
    check(() -> reduceMax(a, 1), a);
  }

  @Test
  void dropout() {
    Value a = input(3, 5);
    Value step = bind(HostTensor.of(Shape.SCALAR, 3));
    Dropout op = new Dropout(0.4, new Philox.Key(1, 2));
    check(() -> graph.apply(op, a, step, step), a);
  }

  @Test
  void gradientsOfGradients() {
    Value a = input(3, 2);
    Value gradient =
        Differentiator.gradients(sum(mul(matMul(a, a, true, false), 0.5)), List.of(a)).get(0);
    check(() -> gradient, a);
  }
}
