package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/** Another data set's inputs, which are the targets as well. */
public record ReconstructionDataset(Dataset dataset) implements DatasetView {
  /**
   * A data set whose own targets are left out.
   *
   * @throws DataException when its samples have several inputs
   */
  public ReconstructionDataset {
    if (dataset.inputTypes().size() != 1) {
      throw new DataException(
          "%s: expected samples of one input to be made again, found %d inputs"
              .formatted(dataset.description(), dataset.inputTypes().size()));
    }
  }

  @Override
  public TensorType targetType() {
    return inputType();
  }

  @Override
  public List<TensorType> targetTypes() {
    return inputTypes();
  }

  @Override
  public int classes() {
    return 0;
  }

  @Override
  public int classes(int target) {
    return 0;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }

  @Override
  public void copy(int sample, ByteBuffer input, ByteBuffer target) {
    copy(sample, List.of(input), List.of(target));
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    reader().copy(sample, 0, inputs, targets);
  }

  @Override
  public Reader reader() {
    Reader reader = dataset.reader();
    List<ByteBuffer> left =
        dataset.targetTypes().stream().map(type -> HostTensor.zeros(type).bytes()).toList();
    return (sample, epoch, inputs, targets) -> {
      for (int i = 0; i < left.size(); i++) {
        left.get(i).clear();
      }
      ByteBuffer input = inputs.get(0);
      int from = input.position();
      reader.copy(sample, epoch, inputs, left);
      ByteBuffer target = targets.get(0);
      int bytes = input.position() - from;
      target.put(target.position(), input, from, bytes);
      target.position(target.position() + bytes);
    };
  }

  @Override
  public String description() {
    return dataset.description() + ", to be made again";
  }
}
