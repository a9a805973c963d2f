package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;

/**
 * The exclusive or of two bits: inputs F32 [2], label 1 where exactly one of them is 1. The four
 * points repeat in the order 00, 01, 10, 11, in both splits.
 *
 * @param copies how often each point is there
 */
public record Xor(@Default("64") int copies) implements DatasetSource {
  public Xor {
    if (copies < 1) {
      throw new IllegalArgumentException("copies must be at least 1, found " + copies);
    }
  }

  @Override
  public String name() {
    return "xor";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    int size = 4 * copies;
    HostTensor inputs = HostTensor.zeros(TensorType.f32(size, 2));
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size)));
    for (int i = 0; i < size; i++) {
      int a = (i >> 1) & 1;
      int b = i & 1;
      inputs.set(2 * i, a);
      inputs.set(2 * i + 1, b);
      labels.set(i, a ^ b);
    }
    return new TensorDataset("xor " + split, inputs, labels, 2);
  }
}
