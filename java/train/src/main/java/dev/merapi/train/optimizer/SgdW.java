package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Stochastic gradient descent with momentum and weight decay that is no part of the gradient.
 *
 * <pre>
 * p = p - lr weightDecay p
 * then as {@link Sgd} without weight decay
 * </pre>
 *
 * <p>Coupled decay, as {@link Sgd} and the penalty {@code l2} have it, joins the momentum and lives
 * on in it; decoupled decay does not. Without momentum the two are the same.
 *
 * <p>Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 1,
 * with the decay multiplied by the learning rate as in {@link AdamW}.
 *
 * @param learningRate the step size
 * @param momentum how much of the last direction is kept, at least 0
 * @param nesterov whether to look ahead; needs momentum
 * @param weightDecay the share of the parameter that is lost, per unit of learning rate
 */
public record SgdW(
    @Default("0.01") double learningRate,
    @Default("0.9") double momentum,
    @Default("false") boolean nesterov,
    @Default("0.01") double weightDecay)
    implements ElementwiseOptimizer {
  public SgdW {
    new Sgd(learningRate, momentum, 0, nesterov, weightDecay);
  }

  /** With a momentum of 0.9 and a decay of 0.01. */
  public SgdW(double learningRate) {
    this(learningRate, 0.9, false, 0.01);
  }

  public SgdW momentum(double value) {
    return new SgdW(learningRate, value, nesterov, weightDecay);
  }

  public SgdW nesterov(boolean value) {
    return new SgdW(learningRate, momentum, value, weightDecay);
  }

  public SgdW weightDecay(double value) {
    return new SgdW(learningRate, momentum, nesterov, value);
  }

  @Override
  public Value update(Parameter p) {
    Value stepped = new Sgd(learningRate, momentum, 0, nesterov, 0).update(p);
    return Ops.sub(stepped, Ops.mul(Ops.mul(p.value(), weightDecay), p.learningRate()));
  }
}
