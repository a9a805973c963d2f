package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * Makes images larger by the nearest element: y[n, c, i, j] = x[n, c, i / scale, j / scale],
 * rounded down, for x [N, C, H, W] and y [N, C, H * scale, W * scale].
 *
 * <p>Source: PyTorch's {@code UpsamplingNearest2d}; Keras' {@code UpSampling2D}.
 *
 * @param scale how many times as high and wide, at least 1
 */
public record Upsample2d(@Default("2") int scale) implements Layer {
  public Upsample2d {
    GraphException.check(scale >= 1, "upsample2d: scale must be at least 1, found %d", scale);
  }

  /** Twice as high and wide. */
  public Upsample2d() {
    this(2);
  }

  @Override
  public String name() {
    return "upsample";
  }

  @Override
  public Value build(Net net, Value x) {
    Shape shape = x.shape();
    GraphException.check(shape.rank() == 4, "upsample2d: expected [N, C, H, W], found %s", shape);
    // Average pooling's gradient gives each element of a window the same share.
    Shape larger = shape.with(2, shape.dim(2) * scale).with(3, shape.dim(3) * scale);
    Value shares = AvgPool2dGrad.of(x, Window2d.square(scale, scale, 0), larger);
    return Ops.mul(shares, (double) scale * scale);
  }
}
