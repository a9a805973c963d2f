package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;

/**
 * A classified data set with more targets: groups of its classes, such as odd and even digits. The
 * first target is the class, and each grouping is one more.
 */
public final class GroupedDataset implements MultiDataset {
  private final Dataset dataset;
  private final List<List<Integer>> groupings;
  private final int[] labels;

  /**
   * Some data with groupings.
   *
   * @param groupings the group of each class, from 0, for each further target
   * @throws DataException when the data have no classes, or a grouping not a group for each
   */
  public GroupedDataset(Dataset dataset, List<List<Integer>> groupings) {
    this.dataset = dataset;
    this.groupings = groupings.stream().map(List::copyOf).toList();
    if (dataset.classes() == 0 || dataset.targetTypes().size() != 1) {
      throw new DataException(dataset.description() + ": expected classes to group, found none");
    }
    for (List<Integer> grouping : groupings) {
      if (grouping.size() != dataset.classes() || Collections.min(grouping) < 0) {
        throw new DataException(
            "%s: expected a group of at least 0 for each of %d classes, found %s"
                .formatted(dataset.description(), dataset.classes(), grouping));
      }
    }
    this.labels = PairDataset.labels(dataset);
  }

  @Override
  public int size() {
    return dataset.size();
  }

  @Override
  public List<TensorType> inputTypes() {
    return dataset.inputTypes();
  }

  @Override
  public List<TensorType> targetTypes() {
    return Collections.nCopies(1 + groupings.size(), TensorType.scalar(DType.I32));
  }

  @Override
  public int classes(int target) {
    return target == 0 ? dataset.classes() : 1 + Collections.max(groupings.get(target - 1));
  }

  @Override
  public List<String> classNames() {
    return dataset.classNames();
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    dataset.copy(sample, inputs, targets);
    putGroups(sample, targets);
  }

  private void putGroups(int sample, List<ByteBuffer> targets) {
    for (int i = 0; i < groupings.size(); i++) {
      targets.get(i + 1).putInt(groupings.get(i).get(labels[sample]));
    }
  }

  @Override
  public Reader reader() {
    Reader reader = dataset.reader();
    return (sample, epoch, inputs, targets) -> {
      reader.copy(sample, epoch, inputs, targets);
      putGroups(sample, targets);
    };
  }

  @Override
  public boolean computed() {
    return dataset.computed();
  }

  @Override
  public String description() {
    return dataset.description() + ", with " + groupings.size() + " groupings of the classes";
  }
}
