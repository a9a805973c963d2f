package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The parity of random bits: inputs F32 [length, 1] of 0 and 1, label 1 where the number of ones is
 * odd.
 *
 * <p>No part of the sequence says anything about the answer, so that a network must carry a bit
 * through all of it. The training samples are new in each epoch. Source: Minsky and Papert,
 * "Perceptrons", 1969; Bengio, Simard and Frasconi, "Learning long-term dependencies with gradient
 * descent is difficult", IEEE Transactions on Neural Networks 5(2), 1994.
 *
 * @param length of the sequences, at least 1
 * @param train samples of the split {@code train}
 * @param test samples of the split {@code test}
 * @param seed what the samples are drawn from
 */
public record Parity(
    @Default("10") int length,
    @Default("10000") int train,
    @Default("1000") int test,
    @Default("1") long seed)
    implements DatasetSource {
  public Parity {
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1, found " + length);
    }
  }

  /** 10,000 training and 1,000 test samples. */
  public Parity(int length) {
    this(length, 10_000, 1000, 1);
  }

  @Override
  public String name() {
    return "parity";
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
            TensorType.f32(length, 1),
            TensorType.scalar(DType.I32));
    return new GeneratedDataset(form.classes(2).fresh(training), this::draw);
  }

  private void draw(
      int sample, RandomStream random, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    int ones = 0;
    for (int i = 0; i < length; i++) {
      int bit = random.below(2);
      inputs.get(0).putFloat(bit);
      ones += bit;
    }
    targets.get(0).putInt(ones % 2);
  }
}
