package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A fixed number of samples, each an input tensor and a target tensor. Samples of more than one of
 * them are a {@link MultiDataset}.
 *
 * <p>It does not change, and several threads may copy from it at once.
 */
public interface Dataset {
  /** The number of samples. */
  int size();

  /** The type of one sample's input. */
  TensorType inputType();

  /** The type of one sample's target: a scalar I32 for class labels. */
  TensorType targetType();

  /** The types of all of one sample's inputs. */
  default List<TensorType> inputTypes() {
    return List.of(inputType());
  }

  /** The types of all of one sample's targets. */
  default List<TensorType> targetTypes() {
    return List.of(targetType());
  }

  /** The number of classes, whose labels are 0 to classes - 1; 0 when targets are no classes. */
  int classes();

  /** The number of classes of one of the targets, from 0; 0 when that target is no class. */
  default int classes(int target) {
    return classes();
  }

  /** What the classes are called, by label; their numbers where they have no names. */
  default List<String> classNames() {
    return IntStream.range(0, classes()).mapToObj(String::valueOf).toList();
  }

  /**
   * What the numbers of tokens in the samples mean, by a name such as {@code source} or {@code
   * text}; none where there are no tokens.
   */
  default Map<String, Vocabulary> vocabularies() {
    return Map.of();
  }

  /**
   * Whether sample i + 1 continues sample i, as the pieces of one text do. Batches of such data are
   * not shuffled: each row of a batch continues that row of the batch before.
   */
  default boolean sequential() {
    return false;
  }

  /**
   * Puts one sample's bytes, in the machine's byte order, at the buffers' positions and moves the
   * positions behind them. It allocates nothing that lasts.
   *
   * @param sample from 0 to size - 1
   * @throws DataException when the sample cannot be read
   */
  void copy(int sample, ByteBuffer input, ByteBuffer target);

  /** As above, for all inputs and all targets. */
  default void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    copy(sample, inputs.get(0), targets.get(0));
  }

  /** The samples by their length, where it differs; else all of them together. */
  default Buckets buckets() {
    return Buckets.one(this);
  }

  /** Copies samples as a training sees them in an epoch; used by one thread. */
  @FunctionalInterface
  interface Reader {
    /** As {@link Dataset#copy(int, List, List)}; allocates nothing once it is warm. */
    void copy(int sample, int epoch, List<ByteBuffer> inputs, List<ByteBuffer> targets);
  }

  /** A reader for one thread; of data that are the same in each epoch it just copies. */
  default Reader reader() {
    return (sample, epoch, inputs, targets) -> copy(sample, inputs, targets);
  }

  /** Whether much is computed for each sample, so that several threads should read. */
  default boolean computed() {
    return false;
  }

  /** What this is, in a few words for the log: {@code mnist train, 60000 samples}. */
  default String description() {
    return size() + " samples";
  }
}
