package dev.merapi.train.data;

import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The copy task: a sequence of random bits is read and then written from memory.
 *
 * <pre>
 * inputs  F32 [2 L + 2, bits + 2]: begin, l rows of bits, end, then zeros
 * targets F32 [2 L + 2, bits]:     -1 in the first l + 2 rows, the l rows of bits, then -1
 * </pre>
 *
 * <p>for a sequence of l rows, where L = maxLength; the columns behind the bits are 1 where the
 * sequence begins and where it ends. What is -1 does not count: the loss is {@code
 * {binaryCrossEntropy: {ignoreTarget: -1}}}, and {@code binaryAccuracy} has the same option. The
 * training samples are new in each epoch. Source: Graves, Wayne and Danihelka, "Neural Turing
 * Machines", 2014, section 4.1.
 *
 * @param minLength the shortest sequence, at least 1
 * @param maxLength the longest sequence, L
 * @param bits in a row
 * @param train samples of the split {@code train}
 * @param test samples of the split {@code test}
 * @param seed what the samples are drawn from
 */
public record CopyTask(
    @Default("1") int minLength,
    @Default("10") int maxLength,
    @Default("8") int bits,
    @Default("6400") int train,
    @Default("640") int test,
    @Default("1") long seed)
    implements DatasetSource {
  /** The target of what does not count. */
  public static final float IGNORED = -1;

  public CopyTask {
    if (minLength < 1 || maxLength < minLength) {
      throw new IllegalArgumentException(
          "expected lengths of at least 1, found minLength %d and maxLength %d"
              .formatted(minLength, maxLength));
    }
    if (bits < 1) {
      throw new IllegalArgumentException("bits must be at least 1, found " + bits);
    }
  }

  /** Of sequences from one length to another, with 8 bits, 6,400 for training, 640 for testing. */
  public CopyTask(int minLength, int maxLength) {
    this(minLength, maxLength, 8, 6400, 640, 1);
  }

  @Override
  public String name() {
    return "copy-task";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    boolean training = split.equals("train");
    int steps = 2 * maxLength + 2;
    GeneratedDataset.Form form =
        GeneratedDataset.Form.of(
            name() + " " + split,
            seed,
            training ? train : test,
            TensorType.f32(steps, bits + 2),
            TensorType.f32(steps, bits));
    return new GeneratedDataset(form.fresh(training), this::draw);
  }

  private void draw(
      int sample, RandomStream random, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    ByteBuffer input = inputs.get(0);
    ByteBuffer target = targets.get(0);
    int length = minLength + random.below(maxLength - minLength + 1);
    int written = input.position() + (bits + 2) * Float.BYTES; // where the first row of bits is
    row(input, bits);
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < bits; j++) {
        input.putFloat(random.below(2));
      }
      input.putFloat(0).putFloat(0);
    }
    row(input, bits + 1);
    for (int i = length; i < 2 * maxLength; i++) {
      row(input, -1);
    }
    for (int i = 0; i < 2 * maxLength + 2; i++) {
      int copied = i - length - 2;
      boolean counts = copied >= 0 && copied < length;
      for (int j = 0; j < bits; j++) {
        int place = written + (copied * (bits + 2) + j) * Float.BYTES;
        target.putFloat(counts ? input.getFloat(place) : IGNORED);
      }
    }
  }

  /** An input without bits, and a 1 in a column. */
  private void row(ByteBuffer input, int column) {
    for (int j = 0; j < bits + 2; j++) {
      input.putFloat(j == column ? 1 : 0);
    }
  }
}
