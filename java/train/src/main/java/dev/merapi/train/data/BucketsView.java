package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Buckets that show others, in all that they do not say themselves. */
public interface BucketsView extends Buckets {
  /** The buckets that are shown. */
  Buckets all();

  @Override
  default int count() {
    return all().count();
  }

  @Override
  default int of(int sample) {
    return all().of(sample);
  }

  @Override
  default List<TensorType> inputTypes(int bucket) {
    return all().inputTypes(bucket);
  }

  @Override
  default List<TensorType> targetTypes(int bucket) {
    return all().targetTypes(bucket);
  }

  @Override
  default Dataset.Reader reader(int bucket) {
    return all().reader(bucket);
  }
}
