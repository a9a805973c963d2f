package dev.merapi.core.pass.epilogue;

import dev.merapi.core.graph.Window;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * y = conv2d(x, weight) + bias and what follows it, in one kernel.
 *
 * <p>Inputs: x and weight as of {@link Conv2d}, the bias of each output channel, of any shape, and
 * the tensor that the epilogue adds, if it does.
 *
 * @param convolution the convolution
 * @param epilogue what follows
 */
public record ConvolutionWithBias(Conv2d convolution, Epilogue epilogue) implements Window {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return convolution.inferTypes(inputs.subList(0, 2));
  }
}
