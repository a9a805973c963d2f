package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Samples of different lengths: sample i has i % 7 + 1 ones and its number as a target, in buckets
 * of up to 2, 4 and 7 ones.
 */
public record LengthsDataset(int size) implements Dataset {
  private static final int[] LENGTHS = {2, 4, 7};

  @Override
  public TensorType inputType() {
    return TensorType.f32(7);
  }

  @Override
  public TensorType targetType() {
    return TensorType.scalar(DType.I32);
  }

  @Override
  public int classes() {
    return 0;
  }

  @Override
  public void copy(int sample, ByteBuffer input, ByteBuffer target) {
    copy(sample, 7, input, target);
  }

  private static void copy(int sample, int length, ByteBuffer input, ByteBuffer target) {
    for (int i = 0; i < length; i++) {
      input.putFloat(i <= sample % 7 ? 1 : 0);
    }
    target.putInt(sample);
  }

  @Override
  public Buckets buckets() {
    return new Buckets() {
      @Override
      public int count() {
        return 3;
      }

      @Override
      public int of(int sample) {
        return sample % 7 < 2 ? 0 : sample % 7 < 4 ? 1 : 2;
      }

      @Override
      public List<TensorType> inputTypes(int bucket) {
        return List.of(TensorType.f32(LENGTHS[bucket]));
      }

      @Override
      public List<TensorType> targetTypes(int bucket) {
        return List.of(targetType());
      }

      @Override
      public Reader reader(int bucket) {
        return (sample, epoch, inputs, targets) ->
            copy(sample, LENGTHS[bucket], inputs.get(0), targets.get(0));
      }
    };
  }
}
