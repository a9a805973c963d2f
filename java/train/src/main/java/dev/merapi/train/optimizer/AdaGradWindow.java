package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import java.util.Arrays;

/**
 * AdaGrad over a sliding window: each element's step shrinks with the sum of its last tau squared
 * gradients, so that what is long past no longer slows it.
 *
 * <pre>
 * s = g(t)^2 + g(t - 1)^2 + ... + g(t - tau + 1)^2
 * p = p - lr g / (sqrt(s) + epsilon)
 * </pre>
 *
 * <p>The window is no moving average: a ring {@code [tau, ...parameter]} holds the squares, all 0
 * at first, and takes tau times the parameter's memory. With tau not below the number of steps this
 * is {@link AdaGrad}.
 *
 * <p>Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, section 3.1, the window of
 * w past gradients that the paper goes on to approximate.
 *
 * @param learningRate the step size
 * @param tau the length of the window in steps
 * @param epsilon keeps the division finite
 */
public record AdaGradWindow(
    @Default("0.01") double learningRate, @Default("10") int tau, @Default("1e-10") double epsilon)
    implements ElementwiseOptimizer {
  public AdaGradWindow {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.atLeastZero("epsilon", epsilon);
    if (tau < 1) {
      throw new IllegalArgumentException("tau must be at least 1 step, found " + tau);
    }
  }

  /** With a small epsilon. */
  public AdaGradWindow(double learningRate, int tau) {
    this(learningRate, tau, 1e-10);
  }

  public AdaGradWindow epsilon(double value) {
    return new AdaGradWindow(learningRate, tau, value);
  }

  @Override
  public Value update(Parameter p) {
    Shape shape = p.value().shape();
    Value ring = p.slot("squares", Shape.of(tau).concat(shape), 0);
    Value squares = Ops.select(place(p), Ops.square(p.grad()), ring);
    p.set(ring, squares);
    Value scale = Ops.add(Ops.sqrt(Ops.sum(squares, 0)), epsilon);
    return Ops.sub(p.value(), Ops.mul(Ops.div(p.grad(), scale), p.learningRate()));
  }

  /**
   * 1 in the ring's row that the step overwrites, t mod tau, else 0; of shape [tau, 1, ...]. The
   * quotient is kept half a step away from whole numbers, where rounding could go wrong.
   */
  private Value place(Parameter p) {
    Value t = p.step();
    Value rounds = Ops.floor(Ops.div(Ops.add(t, 0.5), tau));
    Value row = Ops.cast(Ops.sub(t, Ops.mul(rounds, tau)), DType.I32);
    int[] dims = new int[1 + p.value().shape().rank()];
    Arrays.fill(dims, 1);
    dims[0] = tau;
    return Reshape.of(Ops.oneHot(row, tau, t.dtype()), Shape.of(dims));
  }
}
