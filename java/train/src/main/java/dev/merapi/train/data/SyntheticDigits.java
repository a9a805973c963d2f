package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;

/**
 * Made-up handwritten digits that need no file: inputs U8 [1, 28, 28], labels 0 to 9, sample i
 * shows the digit i mod 10.
 *
 * <p>Each digit is one of several tables of pen strokes, distorted, blurred by a pen and covered
 * with noise. The samples of a split are a pure function of seed, split and number, the same bits
 * on every machine.
 *
 * @param train samples of the split {@code train}
 * @param test samples of the split {@code test}
 * @param seed what the samples are drawn from
 */
public record SyntheticDigits(
    @Default("6000") int train, @Default("1000") int test, @Default("1") long seed)
    implements DatasetSource {
  public SyntheticDigits {
    if (train < 1 || test < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 sample, found train " + train + " and test " + test);
    }
  }

  /** 6,000 training and 1,000 test samples. */
  public SyntheticDigits() {
    this(6000, 1000, 1);
  }

  @Override
  public String name() {
    return "synthetic-digits";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    int size = split.equals("train") ? train : test;
    int pixels = DigitPainter.SIZE * DigitPainter.SIZE;
    byte[] images = new byte[Math.multiplyExact(size, pixels)];
    int[] labels = new int[size];
    DigitPainter painter = new DigitPainter();
    for (int i = 0; i < size; i++) {
      labels[i] = i % 10;
      RandomStream random = new RandomStream(seed, name() + "/" + split, i);
      painter.paint(labels[i], random, images, i * pixels);
    }
    Shape shape = Shape.of(size, 1, DigitPainter.SIZE, DigitPainter.SIZE);
    return new TensorDataset(
        name() + " " + split,
        HostTensor.of(shape, images),
        HostTensor.of(Shape.of(size), labels),
        10);
  }
}
