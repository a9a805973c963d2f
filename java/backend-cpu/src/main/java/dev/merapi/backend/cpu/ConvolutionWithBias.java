package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Window;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * y = conv2d(x, weight) + bias, perhaps followed by max(y, 0), as one primitive.
 *
 * <p>Inputs: x and weight as of {@link Conv2d}, and the bias of each output channel, of any shape.
 *
 * @param convolution the convolution
 * @param relu whether negative results become 0
 */
record ConvolutionWithBias(Conv2d convolution, boolean relu) implements Window {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return convolution.inferTypes(inputs.subList(0, 2));
  }
}
