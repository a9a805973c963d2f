package dev.merapi.backend.cpu;

import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomNormal;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.scalar.Philox;

/**
 * Draws random numbers, four elements from each block of the generator: in C++ where there are
 * {@link NativeLoops}, but for normal ones, whose logarithms and sines must be those of Java.
 */
final class RandomKernels {
  /** Elements in a part of the loop; a multiple of 4, so that no block is cut. */
  private static final int PART = 4096;

  private RandomKernels() {}

  static void register(KernelTable table) {
    table.add(
        RandomUniform.class,
        (op, inputs, outputs, engine) ->
            NativeLoops.available()
                ? NativeRandom.uniform(op.key(), engine)
                : uniform(op, outputs.get(0).shape().elements(), engine));
    table.add(
        RandomNormal.class,
        (op, inputs, outputs, engine) ->
            draw(
                op.key(),
                outputs.get(0).shape().elements(),
                0,
                engine,
                (words, i, in, out) -> out.set(i, Philox.normal(words, i))));
    table.add(
        Dropout.class,
        (op, inputs, outputs, engine) ->
            NativeLoops.available()
                ? NativeRandom.dropout(op.key(), op.threshold(), op.scale(), engine)
                : dropout(op, outputs.get(0).shape().elements(), engine));
  }

  /** In Java, where there was no compiler for the native loop. */
  static CpuKernel uniform(RandomUniform op, int elements, Engine engine) {
    return draw(
        op.key(),
        elements,
        0,
        engine,
        (words, i, in, out) -> out.set(i, Philox.uniform(words[i & 3])));
  }

  /** As above. */
  static CpuKernel dropout(Dropout op, int elements, Engine engine) {
    int threshold = op.threshold();
    double scale = op.scale();
    return draw(
        op.key(),
        elements,
        1,
        engine,
        (words, i, in, out) -> {
          boolean kept = Integer.compareUnsigned(words[i & 3], threshold) >= 0;
          out.set(i, kept ? in.get(i) * scale : 0);
        });
  }

  /** What becomes of an element. */
  @FunctionalInterface
  private interface Element {
    void draw(int[] words, int index, CpuBuffer in, CpuBuffer out);
  }

  /** Draws all elements; the step is input {@code counter}, the micro-step the one after it. */
  private static CpuKernel draw(
      Philox.Key key, int elements, int counter, Engine engine, Element element) {
    int[][] blocks = new int[engine.workers().count()][4];
    return new LoopKernel(
        engine.workers(),
        (elements + PART - 1) / PART,
        (in, out, worker, from, to) -> {
          int[] block = blocks[worker];
          int end = (int) Math.min((long) to * PART, elements);
          for (int i = from * PART; i < end; i++) {
            if ((i & 3) == 0) {
              block[0] = i >>> 2;
              block[1] = 0;
              block[2] = in[counter].ints().get(0);
              block[3] = in[counter + 1].ints().get(0);
              Philox.generate(key, block);
            }
            element.draw(block, i, in[0], out[0]);
          }
        });
  }
}
