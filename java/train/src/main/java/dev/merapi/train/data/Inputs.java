package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Looks at all samples of a data set, to fit something to them. */
public final class Inputs {
  private Inputs() {}

  /** Shows the first input of each sample in turn, always in the same tensor. */
  public static void forEach(Dataset data, Consumer<HostTensor> action) {
    List<HostTensor> inputs = data.inputTypes().stream().map(HostTensor::zeros).toList();
    List<ByteBuffer> inputBytes = inputs.stream().map(HostTensor::bytes).toList();
    List<ByteBuffer> targetBytes = data.targetTypes().stream().map(Inputs::bytes).toList();
    for (int i = 0; i < data.size(); i++) {
      inputBytes.forEach(ByteBuffer::clear);
      targetBytes.forEach(ByteBuffer::clear);
      data.copy(i, inputBytes, targetBytes);
      action.accept(inputs.get(0));
    }
  }

  private static ByteBuffer bytes(TensorType type) {
    return HostTensor.zeros(type).bytes();
  }
}
