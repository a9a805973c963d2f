package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Window;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * The gradient of max pooling from the places that {@link MaxPoolWithIndices} found.
 *
 * <p>Inputs gradOutput and the places; output the gradient by the images.
 *
 * @param pooling the pooling
 * @param inputH the height of the images
 * @param inputW the width of the images
 */
record MaxPoolGradByIndices(MaxPool2d pooling, int inputH, int inputW) implements Window {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType gradOutput = inputs.get(0);
    return List.of(gradOutput.withShape(gradOutput.shape().with(2, inputH).with(3, inputW)));
  }

  @Override
  public String name() {
    return "maxPool2dGrad";
  }
}
