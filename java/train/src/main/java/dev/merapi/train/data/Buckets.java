package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Samples by their length, so that a batch is not longer than its longest sample asks for: those of
 * one bucket have the same types, and those of a shorter one can be filled up to a longer one's.
 */
public interface Buckets {
  /** How many there are. */
  int count();

  /** The bucket of a sample, from 0; the shortest samples are in the first. */
  int of(int sample);

  /** The types of the inputs of one sample in a batch of a bucket. */
  List<TensorType> inputTypes(int bucket);

  /** The types of the targets of one sample in a batch of a bucket. */
  List<TensorType> targetTypes(int bucket);

  /** A reader for one thread, of samples of a bucket or a shorter one, in that bucket's types. */
  Dataset.Reader reader(int bucket);

  /** One for all samples of some data. */
  static Buckets one(Dataset data) {
    return new Buckets() {
      @Override
      public int count() {
        return 1;
      }

      @Override
      public int of(int sample) {
        return 0;
      }

      @Override
      public List<TensorType> inputTypes(int bucket) {
        return data.inputTypes();
      }

      @Override
      public List<TensorType> targetTypes(int bucket) {
        return data.targetTypes();
      }

      @Override
      public Dataset.Reader reader(int bucket) {
        return data.reader();
      }
    };
  }
}
