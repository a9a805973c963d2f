package dev.merapi.train.optimizer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Adam with weight decay that is no part of the gradient.
 *
 * <pre>
 * p = p - lr weightDecay p
 * then as {@link Adam} without weight decay
 * </pre>
 *
 * <p>Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019; PyTorch's {@code
 * AdamW}.
 *
 * @param learningRate the step size
 * @param beta1 how much of the mean gradient is kept
 * @param beta2 how much of the mean square is kept
 * @param epsilon keeps the division finite
 * @param weightDecay the share of the parameter that is lost, per unit of learning rate
 */
public record AdamW(
    @Default("0.001") double learningRate,
    @Default("0.9") double beta1,
    @Default("0.999") double beta2,
    @Default("1e-8") double epsilon,
    @Default("0.01") double weightDecay)
    implements ElementwiseOptimizer {
  public AdamW {
    new Adam(learningRate, beta1, beta2, epsilon, weightDecay);
  }

  /** AdamW with PyTorch's other defaults. */
  public AdamW(double learningRate) {
    this(learningRate, 0.9, 0.999, 1e-8, 0.01);
  }

  public AdamW beta1(double value) {
    return new AdamW(learningRate, value, beta2, epsilon, weightDecay);
  }

  public AdamW beta2(double value) {
    return new AdamW(learningRate, beta1, value, epsilon, weightDecay);
  }

  public AdamW epsilon(double value) {
    return new AdamW(learningRate, beta1, beta2, value, weightDecay);
  }

  public AdamW weightDecay(double value) {
    return new AdamW(learningRate, beta1, beta2, epsilon, value);
  }

  @Override
  public Value update(Parameter p) {
    Value lost = Ops.mul(Ops.mul(p.value(), weightDecay), p.learningRate());
    Adam adam = new Adam(learningRate, beta1, beta2, epsilon, 0);
    return adam.step(p, Ops.sub(p.value(), lost), p.grad());
  }
}
