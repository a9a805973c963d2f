package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** A data set that shows another one, in all that it does not say itself. */
public interface DatasetView extends Dataset {
  /** The data set that is shown. */
  Dataset dataset();

  @Override
  default int size() {
    return dataset().size();
  }

  @Override
  default TensorType inputType() {
    return dataset().inputType();
  }

  @Override
  default TensorType targetType() {
    return dataset().targetType();
  }

  @Override
  default List<TensorType> inputTypes() {
    return dataset().inputTypes();
  }

  @Override
  default List<TensorType> targetTypes() {
    return dataset().targetTypes();
  }

  @Override
  default int classes() {
    return dataset().classes();
  }

  @Override
  default int classes(int target) {
    return dataset().classes(target);
  }

  @Override
  default List<String> classNames() {
    return dataset().classNames();
  }

  @Override
  default Map<String, Vocabulary> vocabularies() {
    return dataset().vocabularies();
  }

  @Override
  default boolean sequential() {
    return dataset().sequential();
  }

  @Override
  default void copy(int sample, ByteBuffer input, ByteBuffer target) {
    dataset().copy(sample, input, target);
  }

  @Override
  default void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    dataset().copy(sample, inputs, targets);
  }

  @Override
  default Reader reader() {
    return dataset().reader();
  }

  @Override
  default boolean computed() {
    return dataset().computed();
  }
}
