package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Net;

/**
 * A hyperbolic tangent whose slope and range are given: y = scale * tanh(slope * x), for x and y of
 * any shape. With the defaults y is 1 at 1 and -1 at -1, where it bends most. Source: LeCun,
 * Bottou, Bengio and Haffner, Proceedings of the IEEE 86(11), 1998, appendix A.
 *
 * @param scale what y approaches
 * @param slope what x is multiplied by
 */
public record ScaledTanh(
    @Default("1.7159") double scale, @Default("0.6666666666666666") double slope)
    implements Activation {
  /** 1.7159 tanh(2/3 x). */
  public ScaledTanh() {
    this(1.7159, 2.0 / 3);
  }

  @Override
  public Value build(Net net, Value x) {
    return Ops.mul(Ops.tanh(Ops.mul(x, slope)), scale);
  }
}
