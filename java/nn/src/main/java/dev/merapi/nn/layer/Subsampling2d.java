package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;

/**
 * Average pooling with a learned scale and bias for each channel, as in LeNet-5: y[:, c] =
 * weight[c] * mean of each square window of x[:, c] + bias[c].
 *
 * <p>x [N, C, H, W]; y [N, C, outH, outW], outH = (H - kernel) / stride + 1, rounded down.
 * Variables, both [C]: {@code weight}, at first 1, and {@code bias}, at first 0. The paper's
 * coefficient is that of the sum, weight / kernel^2, and a sigmoid follows. Source: LeCun, Bottou,
 * Bengio and Haffner, Proceedings of the IEEE 86(11), 1998, section II.B.
 *
 * @param kernel the windows' height and width
 * @param stride how far the window moves from one output to the next; 0 means the kernel's size
 */
public record Subsampling2d(int kernel, @Default("0") int stride) implements Layer {
  public Subsampling2d {
    Windows.checkPooling("subsampling2d", kernel, stride, 0);
    stride = stride == 0 ? kernel : stride;
  }

  /** Windows side by side. */
  public Subsampling2d(int kernel) {
    this(kernel, 0);
  }

  public Subsampling2d stride(int stride) {
    return new Subsampling2d(kernel, stride);
  }

  @Override
  public String name() {
    return "subsampling";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 4, "subsampling2d: expected [N, C, H, W], found %s", x.shape());
    Shape channels = Shape.of(x.shape().dim(1));
    Value mean = Ops.avgPool2d(x, Window2d.square(kernel, stride, 0));
    Value weight = PerChannel.of(net.parameter("weight", channels, new Ones()), x);
    Value bias = PerChannel.of(net.parameter("bias", channels, new Zeros()), x);
    return Ops.add(Ops.mul(mean, weight), bias);
  }
}
