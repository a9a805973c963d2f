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
 * <p>Variables: {@code weight} [units, in] and {@code bias} [units], as in PyTorch. Source:
 * Rosenblatt, Psychological Review 65(6), 1958; PyTorch's {@code Linear}.
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
    int features = x.shape().dim(-1);
    Shape shape = Shape.of(units, features);
    // One row for each vector, so that backends find a matrix product and its bias together.
    Value rows = Ops.reshape(x, x.shape().slice(0, rank - 1).elements(), features);
    Value y = Ops.matMul(rows, net.parameter("weight", shape, weightInit), false, true);
    if (bias) {
      y = Ops.add(y, net.parameter("bias", Shape.of(units), biasInit.forBiasOf(shape)));
    }
    return Ops.reshape(y, x.shape().with(rank - 1, units).toArray());
  }
}
