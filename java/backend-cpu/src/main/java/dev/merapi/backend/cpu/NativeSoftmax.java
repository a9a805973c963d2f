package dev.merapi.backend.cpu;

import java.util.function.LongConsumer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The softmax of rows, or its gradient, by {@link NativeLoops}: the numbers that {@code softmax.h}
 * declares, all 0 but those that are set.
 *
 * @param <F> names the numbers
 */
final class NativeSoftmax<F extends Enum<F>> implements AutoCloseable {
  /** The elements from which on threads share the rows: some 30 microseconds for one thread. */
  private static final int WORTH_SHARING = 1 << 15;

  /** The numbers of a softmax, in their order. */
  enum Forward {
    SOURCE,
    TARGET,
    ROWS,
    COLUMNS,
    THREADS,
    LOGARITHM,
    LOG_SUM_EXP,
    LABELS,
    LOSSES,
    SCALE,
    MASK,
    MASK_ROWS,
    MASK_COLUMNS,
    QUERIES
  }

  /** The numbers of a gradient, in their order. */
  enum Backward {
    WEIGHTS,
    GRAD,
    ROWS,
    COLUMNS,
    THREADS,
    SCALE,
    GRAD_OUTPUT,
    OUTPUT,
    VALUES,
    UNSCALED
  }

  private final LongPointer numbers;
  private final long address;
  private final LongConsumer loop;

  private NativeSoftmax(int count, LongConsumer loop) {
    numbers = new LongPointer(new long[count]);
    address = numbers.address();
    this.loop = loop;
  }

  /** Of some rows. */
  static NativeSoftmax<Forward> forward(int rows, int columns, Engine engine) {
    return new NativeSoftmax<Forward>(Forward.values().length, NativeLoops::softmax)
        .set(Forward.ROWS, rows)
        .set(Forward.COLUMNS, columns)
        .set(Forward.THREADS, threads(rows, columns, engine))
        .set(Forward.SCALE, 1.0);
  }

  /** Of some rows, by which values were weighted. */
  static NativeSoftmax<Backward> backward(int rows, int columns, Engine engine) {
    return new NativeSoftmax<Backward>(Backward.values().length, NativeLoops::softmaxGrad)
        .set(Backward.ROWS, rows)
        .set(Backward.COLUMNS, columns)
        .set(Backward.THREADS, threads(rows, columns, engine));
  }

  private static int threads(int rows, int columns, Engine engine) {
    return (long) rows * columns >= WORTH_SHARING ? engine.workers().count() : 1;
  }

  NativeSoftmax<F> set(F field, long value) {
    numbers.put(field.ordinal(), value);
    return this;
  }

  NativeSoftmax<F> set(F field, double value) {
    return set(field, Double.doubleToRawLongBits(value));
  }

  /** Where something begins, or a part of it that some elements of 4 bytes are before. */
  NativeSoftmax<F> set(F field, Pointer start, long before) {
    return set(field, start.address() + Float.BYTES * before);
  }

  void run() {
    loop.accept(address);
  }

  @Override
  public void close() {
    numbers.close();
  }
}
