package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.nn.Default;

/**
 * Stochastic gradient descent, with momentum and Nesterov's momentum where wanted.
 *
 * <pre>
 * g = g + weightDecay p
 * b = momentum b + (1 - dampening) g      (b = g in the first step)
 * d = nesterov ? g + momentum b : b       (d = g without momentum)
 * p = p - lr d
 * </pre>
 *
 * <p>Source: PyTorch's {@code SGD}; Sutskever et al., "On the importance of initialization and
 * momentum in deep learning", 2013.
 *
 * @param learningRate the step size
 * @param momentum how much of the last direction is kept; 0 needs no slot
 * @param dampening how much of the gradient the direction lacks
 * @param nesterov whether to look ahead; needs momentum and no dampening
 * @param weightDecay factor of the L2 penalty's gradient
 */
public record Sgd(
    @Default("0.01") double learningRate,
    @Default("0") double momentum,
    @Default("0") double dampening,
    @Default("false") boolean nesterov,
    @Default("0") double weightDecay)
    implements ElementwiseOptimizer {
  public Sgd {
    Formulas.atLeastZero("learningRate", learningRate);
    Formulas.atLeastZero("momentum", momentum);
    Formulas.atLeastZero("weightDecay", weightDecay);
    if (!Double.isFinite(dampening)) {
      throw new IllegalArgumentException("dampening must be finite, found " + dampening);
    }
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new IllegalArgumentException(
          "nesterov needs momentum above 0 and dampening 0, found momentum "
              + momentum
              + " and dampening "
              + dampening);
    }
  }

  /** Plain gradient descent. */
  public Sgd(double learningRate) {
    this(learningRate, 0, 0, false, 0);
  }

  public Sgd momentum(double value) {
    return new Sgd(learningRate, value, dampening, nesterov, weightDecay);
  }

  public Sgd dampening(double value) {
    return new Sgd(learningRate, momentum, value, nesterov, weightDecay);
  }

  public Sgd nesterov(boolean value) {
    return new Sgd(learningRate, momentum, dampening, value, weightDecay);
  }

  public Sgd weightDecay(double value) {
    return new Sgd(learningRate, momentum, dampening, nesterov, value);
  }

  @Override
  public Value update(Parameter p) {
    Value grad = Formulas.decayed(p, weightDecay);
    Value direction = momentum == 0 ? grad : direction(p, grad);
    return Ops.sub(p.value(), Ops.mul(direction, p.learningRate()));
  }

  private Value direction(Parameter p, Value grad) {
    Value slot = p.slot("momentum", 0);
    Value kept = Ops.mul(slot, momentum);
    Value buffer = Ops.add(kept, grad);
    if (dampening != 0) {
      Value one = Constant.scalar(grad.graph(), grad.dtype(), 1);
      Value damped = Ops.add(kept, Ops.mul(grad, 1 - dampening));
      buffer = Ops.select(Ops.equal(p.step(), one), grad, damped);
    }
    p.set(slot, buffer);
    return nesterov ? Ops.add(grad, Ops.mul(buffer, momentum)) : buffer;
  }
}
