package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The adding problem: the sum of two numbers of a long sequence that are marked: inputs F32
 * [length, 2], numbers from 0 to 1 and the marks, of which one is in the first half and one in the
 * second; targets F32 [1].
 *
 * <p>Who always says 1 has a mean squared error of 1/6. The training samples are new in each epoch.
 * Source: Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997; in
 * the form of Le, Jaitly and Hinton, "A simple way to initialize recurrent networks of rectified
 * linear units", 2015.
 *
 * @param length of the sequences, at least 2
 * @param train samples of the split {@code train}
 * @param test samples of the split {@code test}
 * @param seed what the samples are drawn from
 */
public record Adding(
    @Default("100") int length,
    @Default("10000") int train,
    @Default("1000") int test,
    @Default("1") long seed)
    implements DatasetSource {
  public Adding {
    if (length < 2) {
      throw new IllegalArgumentException("length must be at least 2, found " + length);
    }
  }

  /** 10,000 training and 1,000 test samples. */
  public Adding(int length) {
    this(length, 10_000, 1000, 1);
  }

  @Override
  public String name() {
    return "adding";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    boolean training = split.equals("train");
    GeneratedDataset.Form form =
        GeneratedDataset.Form.of(
            name() + " " + split,
            seed,
            training ? train : test,
            TensorType.f32(length, 2),
            TensorType.f32(1));
    return new GeneratedDataset(form.fresh(training), this::draw);
  }

  private void draw(
      int sample, RandomStream random, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    int first = random.below(length / 2);
    int second = length / 2 + random.below(length - length / 2);
    float sum = 0;
    for (int i = 0; i < length; i++) {
      float number = (float) random.uniform(0, 1);
      boolean marked = i == first || i == second;
      inputs.get(0).putFloat(number).putFloat(marked ? 1 : 0);
      sum += marked ? number : 0;
    }
    targets.get(0).putFloat(sum);
  }
}
