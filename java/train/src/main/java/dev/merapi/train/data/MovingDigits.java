package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * Made-up videos of a handwritten digit that moves right, left, down or up: inputs U8 [frames, 1,
 * 24, 24], labels 0 to 3 in this order, or the digit's.
 *
 * <p>The digit is one of {@code synthetic-digits} at half its size. It begins anywhere, moves by
 * one to two pixels per frame, and comes in again where it goes out, so that no frame alone tells
 * where it moves. The samples are a pure function of seed, split and number, the same bits on every
 * machine. Source: Srivastava, Mansimov and Salakhutdinov, "Unsupervised Learning of Video
 * Representations using LSTMs", ICML 2015, for digits that move.
 *
 * @param label what is to be found: the direction, or the digit
 * @param frames in a video, at least 2
 * @param train samples of the split {@code train}
 * @param test samples of the split {@code test}
 * @param seed what the samples are drawn from
 */
public record MovingDigits(
    @Default("direction") Label label,
    @Default("8") int frames,
    @Default("4000") int train,
    @Default("500") int test,
    @Default("1") long seed)
    implements DatasetSource {
  /** What a video's label says. */
  public enum Label {
    /** Where the digit moves. */
    DIRECTION,
    /** Which one it is. */
    DIGIT
  }

  private static final List<String> DIRECTIONS = List.of("right", "left", "down", "up");
  private static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /** Pixels across a frame, and across the digit in it. */
  private static final int SIZE = 24;

  private static final int DIGIT = DigitPainter.SIZE / 2;

  public MovingDigits {
    if (frames < 2 || train < 1 || test < 1) {
      throw new IllegalArgumentException(
          "expected at least 2 frames and 1 sample, found frames %d, train %d and test %d"
              .formatted(frames, train, test));
    }
  }

  /** Eight frames in 4,000 training and 500 test samples, which tell the direction. */
  public MovingDigits() {
    this(Label.DIRECTION, 8, 4000, 500, 1);
  }

  @Override
  public String name() {
    return "moving-digits";
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    int size = split.equals("train") ? train : test;
    byte[] videos = new byte[Math.multiplyExact(size, frames * SIZE * SIZE)];
    int[] labels = new int[size];
    DigitPainter painter = new DigitPainter();
    byte[] digit = new byte[DigitPainter.SIZE * DigitPainter.SIZE];
    RandomStream random = new RandomStream(seed, name() + "/" + split, 0);
    for (int i = 0; i < size; i++) {
      random.begin(0, i);
      int shown = random.below(DIGITS.size());
      int direction = i % DIRECTIONS.size();
      labels[i] = label == Label.DIGIT ? shown : direction;
      painter.paint(shown, random, digit, 0);
      film(digit, direction, random, videos, i * frames * SIZE * SIZE);
    }
    return new TensorDataset(
        name() + " " + split,
        HostTensor.of(Shape.of(size, frames, 1, SIZE, SIZE), videos),
        HostTensor.of(Shape.of(size), labels),
        label == Label.DIGIT ? DIGITS : DIRECTIONS);
  }

  private void film(byte[] digit, int direction, RandomStream random, byte[] videos, int offset) {
    double speed = random.uniform(1, 2);
    double left = random.uniform(0, SIZE);
    double top = random.uniform(0, SIZE);
    double sign = direction % 2 == 0 ? 1 : -1;
    for (int frame = 0; frame < frames; frame++) {
      double way = sign * speed * frame;
      int x = (int) Math.floor(direction < 2 ? left + way : left);
      int y = (int) Math.floor(direction < 2 ? top : top + way);
      for (int i = 0; i < DIGIT * DIGIT; i++) {
        int row = Math.floorMod(y + i / DIGIT, SIZE);
        int column = Math.floorMod(x + i % DIGIT, SIZE);
        videos[offset + (frame * SIZE + row) * SIZE + column] =
            mean(digit, 2 * (i / DIGIT), 2 * (i % DIGIT));
      }
    }
  }

  /** The mean of two by two pixels. */
  private static byte mean(byte[] digit, int row, int column) {
    int at = row * DigitPainter.SIZE + column;
    int sum =
        (digit[at] & 0xFF)
            + (digit[at + 1] & 0xFF)
            + (digit[at + DigitPainter.SIZE] & 0xFF)
            + (digit[at + DigitPainter.SIZE + 1] & 0xFF);
    return (byte) (sum / 4);
  }
}
