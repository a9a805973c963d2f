package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Constant;

/**
 * The parametric rectifier: y = x for x above 0, else weight * x, with a slope that is learned, for
 * x [N, C, ...] and y of the same shape.
 *
 * <p>Variable {@code weight}: [1], or [C] where each channel has a slope of its own, as in
 * PyTorch's {@code PReLU}. Source: He, Zhang, Ren and Sun, ICCV 2015.
 *
 * @param perChannel whether each channel has a slope of its own
 * @param init the slope that training begins with
 */
public record PreLu(@Default("false") boolean perChannel, @Default("0.25") double init)
    implements Activation {
  /** One slope, at first 0.25. */
  public PreLu() {
    this(false, 0.25);
  }

  public PreLu perChannel(boolean perChannel) {
    return new PreLu(perChannel, init);
  }

  public PreLu init(double init) {
    return new PreLu(perChannel, init);
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        !perChannel || x.shape().rank() >= 2, "preLu: expected [N, C, ...], found %s", x.shape());
    Shape slopes = Shape.of(perChannel ? x.shape().dim(1) : 1);
    Value weight = net.parameter("weight", slopes, new Constant(init));
    Value slope = perChannel ? PerChannel.of(weight, x) : weight;
    return Ops.select(Ops.greater(x, 0), x, Ops.mul(x, slope));
  }
}
