package dev.merapi.core.pass.epilogue;

import dev.merapi.core.graph.Window;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradients of a convolution by its filters and by its bias, in one kernel that reads
 * gradOutput once.
 *
 * <p>Inputs as of {@link Conv2dGradFilter}; outputs the filters' gradient and that of the bias,
 * [O].
 *
 * @param filter the gradient by the filters
 */
public record FilterAndBiasGrad(Conv2dGradFilter filter) implements Window {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType gradOutput = inputs.get(1);
    List<TensorType> types = new ArrayList<>(filter.inferTypes(inputs));
    types.add(gradOutput.withShape(Shape.of(gradOutput.shape().dim(1))));
    return types;
  }

  @Override
  public String name() {
    return "conv2dGradFilterAndBias";
  }
}
