package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs of the samples of a classified data set: two inputs, and the target 1 where both are of one
 * class, else 0.
 *
 * <p>Pair i is sample i with another one: with a probability of one half any other of its class,
 * else any of another class. What is drawn is a function of the seed, the pair's number and the
 * epoch, so that each epoch of a training has other pairs, and {@link #copy} always gives the same.
 */
public final class PairDataset implements MultiDataset {
  private final Dataset dataset;
  private final long seed;

  /** All samples, class by class. */
  private final int[] byClass;

  /** Where each class begins in {@link #byClass}; one more for the end. */
  private final int[] begin;

  private final int[] labels;

  /**
   * The pairs of some data.
   *
   * @throws DataException when they have no classes, or samples of fewer than two of them
   */
  public PairDataset(Dataset dataset, long seed) {
    this.dataset = dataset;
    this.seed = seed;
    if (dataset.classes() == 0
        || dataset.inputTypes().size() != 1
        || dataset.targetTypes().size() != 1) {
      throw new DataException(
          dataset.description() + ": expected samples of one input and a class to pair");
    }
    this.labels = labels(dataset);
    this.begin = new int[dataset.classes() + 1];
    for (int label : labels) {
      begin[label + 1]++;
    }
    long present = Arrays.stream(begin).filter(count -> count > 0).count();
    if (present < 2) {
      throw new DataException(
          dataset.description() + ": expected samples of two classes to pair, found " + present);
    }
    Arrays.parallelPrefix(begin, Integer::sum);
    this.byClass = new int[labels.length];
    int[] next = begin.clone();
    for (int i = 0; i < labels.length; i++) {
      byClass[next[labels[i]]++] = i;
    }
  }

  /** The classes of all samples of some data, in order. */
  static int[] labels(Dataset dataset) {
    ByteBuffer input = HostTensor.zeros(dataset.inputType()).bytes();
    HostTensor label = HostTensor.zeros(dataset.targetType());
    ByteBuffer target = label.bytes();
    int[] labels = new int[dataset.size()];
    for (int i = 0; i < labels.length; i++) {
      dataset.copy(i, input.clear(), target.clear());
      labels[i] = (int) label.item();
    }
    return labels;
  }

  /** The samples that are paired. */
  public Dataset samples() {
    return dataset;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public List<TensorType> inputTypes() {
    return List.of(dataset.inputType(), dataset.inputType());
  }

  @Override
  public List<TensorType> targetTypes() {
    return List.of(TensorType.scalar(DType.I32));
  }

  @Override
  public int classes(int target) {
    return 2;
  }

  @Override
  public List<String> classNames() {
    return List.of("different", "same");
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    new PairReader().copy(sample, 0, inputs, targets);
  }

  @Override
  public Reader reader() {
    return new PairReader();
  }

  @Override
  public boolean computed() {
    return dataset.computed();
  }

  @Override
  public String description() {
    return "pairs of " + dataset.description();
  }

  /** Draws the partners of samples, and copies both; for one thread. */
  private final class PairReader implements Reader {
    private final Reader reader = dataset.reader();
    private final RandomStream random = new RandomStream(seed, "pairs", 0);
    private final List<ByteBuffer> input = new ArrayList<>(1);
    private final List<ByteBuffer> label = new ArrayList<>(1);

    PairReader() {
      input.add(null);
      label.add(HostTensor.zeros(dataset.targetType()).bytes());
    }

    @Override
    public void copy(int sample, int epoch, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
      random.begin(epoch, sample);
      int other = partner(sample);
      copy(sample, epoch, inputs.get(0));
      copy(other, epoch, inputs.get(1));
      targets.get(0).putInt(labels[sample] == labels[other] ? 1 : 0);
    }

    private void copy(int sample, int epoch, ByteBuffer to) {
      input.set(0, to);
      label.get(0).clear();
      reader.copy(sample, epoch, input, label);
      input.set(0, null);
    }

    private int partner(int sample) {
      int from = begin[labels[sample]];
      int count = begin[labels[sample] + 1] - from;
      boolean same = random.chance(0.5) && count > 1;
      if (!same) {
        int drawn = random.below(byClass.length - count);
        return byClass[drawn < from ? drawn : drawn + count];
      }
      // one of the others of its class: what is drawn in the sample's own place is the last one
      int drawn = byClass[from + random.below(count - 1)];
      return drawn == sample ? byClass[from + count - 1] : drawn;
    }
  }
}
