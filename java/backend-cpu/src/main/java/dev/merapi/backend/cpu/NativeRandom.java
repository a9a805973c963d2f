package dev.merapi.backend.cpu;

import dev.merapi.core.scalar.Philox;
import org.bytedeco.javacpp.LongPointer;

/**
 * Uniform numbers, or a tensor of which elements are dropped, by {@link NativeLoops}: what {@code
 * random.h} declares. The bits are those of the loops in Java.
 */
final class NativeRandom extends CpuKernel {
  /** The elements from which on threads share the work: some 30 microseconds for one thread. */
  private static final int WORTH_SHARING = 1 << 15;

  private final Philox.Key key;
  private final int threshold;
  private final double scale;
  private final int workers;
  private LongPointer numbers;
  private long address;

  private NativeRandom(Philox.Key key, int threshold, double scale, Engine engine) {
    this.key = key;
    this.threshold = threshold;
    this.scale = scale;
    workers = engine.workers().count();
  }

  /** Uniform numbers; the inputs are step and micro-step. */
  static NativeRandom uniform(Philox.Key key, Engine engine) {
    return new NativeRandom(key, 0, 0, engine);
  }

  /** Keeps scaled elements whose words are not below a threshold; the first input is x. */
  static NativeRandom dropout(Philox.Key key, int threshold, double scale, Engine engine) {
    return new NativeRandom(key, threshold, scale, engine);
  }

  @Override
  void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
    int counter = inputs.length - 2;
    int elements = outputs[0].type().type().shape().elements();
    numbers =
        new LongPointer(
            counter == 0 ? 0 : inputs[0].address().address(),
            outputs[0].address().address(),
            elements,
            elements >= WORTH_SHARING ? workers : 1,
            key.seed(),
            key.stream(),
            inputs[counter].address().address(),
            inputs[counter + 1].address().address(),
            threshold,
            Double.doubleToRawLongBits(scale));
    address = numbers.address();
  }

  @Override
  void run() {
    NativeLoops.draw(address);
  }

  @Override
  void release() {
    if (numbers != null) {
      numbers.close();
      numbers = null;
    }
  }
}
