package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/** A data set whose samples have several inputs or several targets. */
public interface MultiDataset extends Dataset {
  @Override
  List<TensorType> inputTypes();

  @Override
  List<TensorType> targetTypes();

  @Override
  int classes(int target);

  @Override
  void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets);

  /** The type of the first input. */
  @Override
  default TensorType inputType() {
    return inputTypes().get(0);
  }

  /** The type of the first target. */
  @Override
  default TensorType targetType() {
    return targetTypes().get(0);
  }

  /** The number of classes of the first target. */
  @Override
  default int classes() {
    return classes(0);
  }

  /**
   * Copies a sample of one input and one target.
   *
   * @throws DataException when there are more
   */
  @Override
  default void copy(int sample, ByteBuffer input, ByteBuffer target) {
    if (inputTypes().size() != 1 || targetTypes().size() != 1) {
      throw new DataException(
          "%s: expected samples of one input and one target, found %d and %d"
              .formatted(description(), inputTypes().size(), targetTypes().size()));
    }
    copy(sample, List.of(input), List.of(target));
  }
}
