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
 * A fully connected layer that drops connections while training: y = x (M * W)^T / (1 - rate) + m *
 * b / (1 - rate), where each element of the masks M and m is 0 with probability rate, else 1; else
 * it is {@link Dense}: y = x W^T + b.
 *
 * <p>Takes x [..., in], gives y [..., units]. Variables as {@link Dense} has them: {@code weight}
 * [units, in] and {@code bias} [units]. All samples of a batch share the masks of a step, where the
 * paper draws some for each sample, and inference takes the mean of the weights instead of the
 * paper's moment matching. Source: Wan et al., "Regularization of neural networks using
 * DropConnect", 2013.
 *
 * @param units the number of outputs, at least 1
 * @param rate the probability that a connection is dropped, in [0, 1)
 * @param bias whether b is added
 * @param weightInit what the weight begins with
 * @param biasInit what the bias begins with; one that scales with fans takes the weight's
 */
public record DropConnect(
    int units,
    @Default("0.5") double rate,
    @Default("true") boolean bias,
    @Default("fanInUniform") Initializer weightInit,
    @Default("fanInUniform") Initializer biasInit)
    implements Layer {
  public DropConnect {
    GraphException.check(units >= 1, "dropConnect: units must be at least 1, found %d", units);
    GraphException.check(
        rate >= 0 && rate < 1, "dropConnect: rate must be in [0, 1), found %s", rate);
  }

  /** Drops every second connection, with a bias and weights that begin as in PyTorch. */
  public DropConnect(int units) {
    this(units, 0.5, true, new FanInUniform(), new FanInUniform());
  }

  public DropConnect rate(double rate) {
    return new DropConnect(units, rate, bias, weightInit, biasInit);
  }

  public DropConnect bias(boolean bias) {
    return new DropConnect(units, rate, bias, weightInit, biasInit);
  }

  public DropConnect weightInit(Initializer weightInit) {
    return new DropConnect(units, rate, bias, weightInit, biasInit);
  }

  public DropConnect biasInit(Initializer biasInit) {
    return new DropConnect(units, rate, bias, weightInit, biasInit);
  }

  @Override
  public Value build(Net net, Value x) {
    int rank = x.shape().rank();
    GraphException.check(
        rank >= 2, "dropConnect: expected [N, ..., features], found %s", x.shape());
    int features = x.shape().dim(-1);
    Shape shape = Shape.of(units, features);
    Value rows = Ops.reshape(x, x.shape().slice(0, rank - 1).elements(), features);
    Value weight = dropped(net, net.parameter("weight", shape, weightInit));
    Value y = Ops.matMul(rows, weight, false, true);
    if (bias) {
      Value b = net.parameter("bias", Shape.of(units), biasInit.forBiasOf(shape));
      y = Ops.add(y, dropped(net, b));
    }
    return Ops.reshape(y, x.shape().with(rank - 1, units).toArray());
  }

  private Value dropped(Net net, Value parameter) {
    return net.training() ? Ops.dropout(parameter, rate) : parameter;
  }
}
