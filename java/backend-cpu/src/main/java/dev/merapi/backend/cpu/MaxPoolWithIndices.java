package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Window;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Max pooling that also says which element of each window was the largest, so that the gradient
 * needs neither the images nor their maxima.
 *
 * <p>Input as of {@link MaxPool2d}; outputs its output and, of the same shape, the places, in as
 * many bytes as oneDNN takes for them.
 *
 * @param pooling the pooling
 */
record MaxPoolWithIndices(MaxPool2d pooling) implements Window {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType y = pooling.inferTypes(inputs).get(0);
    int places = pooling.window().h().kernel() * pooling.window().w().kernel();
    return List.of(y, new TensorType(places < 256 ? DType.U8 : DType.I32, y.shape()));
  }

  @Override
  public String name() {
    return "maxPool2dWithIndices";
  }
}
