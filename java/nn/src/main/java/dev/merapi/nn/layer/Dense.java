package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.FanInUniform;
import dev.merapi.nn.init.Initializer;

/**
 * A fully connected layer: y = x W^T + b, for x [..., in] and y [..., units], with at least one
 * axis before the last one.
 *
 * <p>Variables: {@code weight} [units, in] and {@code bias} [units], as in PyTorch.
 *
 * @param units the number of outputs, at least 1
 * @param bias whether b is added
 * @param weightInit what the weight begins with
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record Dense(
    int units,
    @Default("true") boolean bias,
    @Default("fanInUniform") Initializer weightInit,
    @Default("fanInUniform") Initializer biasInit)
    implements Layer {
  public Dense {
    GraphException.check(units >= 1, "dense: units must be at least 1, found %d", units);
  }

  /** With a bias, and weights that begin as in PyTorch. */
  public Dense(int units) {
    this(units, true, new FanInUniform(), new FanInUniform());
  }

  public Dense bias(boolean bias) {
    return new Dense(units, bias, weightInit, biasInit);
  }

  public Dense weightInit(Initializer weightInit) {
    return new Dense(units, bias, weightInit, biasInit);
  }

  public Dense biasInit(Initializer biasInit) {
    return new Dense(units, bias, weightInit, biasInit);
  }

  @Override
  public Value build(Net net, Value x) {
    int rank = x.shape().rank();
    GraphException.check(rank >= 2, "dense: expected [N, ..., features], found %s", x.shape());
    Shape shape = Shape.of(units, x.shape().dim(-1));
    Value product = Ops.matMul(x, net.parameter("weight", shape, weightInit), false, true);
    return bias
        ? Ops.add(product, net.parameter("bias", Shape.of(units), biasInit.forBiasOf(shape)))
        : product;
  }
}
