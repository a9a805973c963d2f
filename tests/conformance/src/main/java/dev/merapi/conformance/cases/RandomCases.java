package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomNormal;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Random ops against a Philox 4x32-10 of their own, in big integers, which gives the known-answer
 * vectors of the Random123 library.
 */
public final class RandomCases {
  private static final Philox.Key KEY = new Philox.Key(0xa4093822, 0x299f31d0);

  private RandomCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    addUniform(cases);
    for (int[] dims : new int[][] {{13}, {3, 5, 7}, {4098}, {}}) {
      Shape shape = Shape.of(dims);
      cases.add(
          counters(OpCase.of(dtype -> new RandomNormal(shape, dtype, KEY)), 5, 2)
              .expect(
                  "" + shape,
                  in -> NdArray.generate(shape, i -> normal(position(shape, i), 5, 2))));
    }
    for (double rate : new double[] {0.1, 0.5, 0.75}) {
      cases.add(
          counters(OpCase.of(new Dropout(rate, KEY)).input(Sampler.normal(), 13, 17), 9, 0)
              .twiceDifferentiable()
              .expect("rate " + rate, in -> dropped(in.get(0), rate, 9)));
    }
    cases.add(
        counters(OpCase.of(new Dropout(0.5, KEY)).input(Sampler.hard(), 207), 1, 0)
            .forwardOnly()
            .expect("hard", in -> dropped(in.get(0), 0.5, 1)));
    return cases;
  }

  private static void addUniform(List<OpCase> cases) {
    for (int[] dims : new int[][] {{1}, {13}, {3, 5, 7}, {4098}, {}}) {
      for (int step : new int[] {0, 1, 100_000, -1}) {
        Shape shape = Shape.of(dims);
        cases.add(
            counters(OpCase.of(dtype -> new RandomUniform(shape, dtype, KEY)), step, 3)
                .tolerance(Tolerance.EXACT)
                .expect(
                    shape + " in step " + step,
                    in ->
                        NdArray.generate(
                            shape, i -> uniform(word(KEY, position(shape, i), step, 3)))));
      }
    }
    Philox.Key zero = new Philox.Key(0, 0);
    cases.add(
        counters(OpCase.of(dtype -> new RandomUniform(Shape.of(4), dtype, zero)), 0, 0)
            .tolerance(Tolerance.EXACT)
            .expect(
                "known answer",
                in ->
                    NdArray.of(
                        Shape.of(4),
                        0x6627e8 / 0x1p24,
                        0xe169c5 / 0x1p24,
                        0xbc57ac / 0x1p24,
                        0x9b00db / 0x1p24)));
  }

  /** Adds the inputs step and micro-step. */
  private static OpCase.Builder counters(OpCase.Builder builder, int step, int microStep) {
    return builder
        .input(Sampler.values(step), DType.I32)
        .input(Sampler.values(microStep), DType.I32);
  }

  private static int position(Shape shape, int[] index) {
    int position = 0;
    for (int axis = 0; axis < index.length; axis++) {
      position = position * shape.dim(axis) + index[axis];
    }
    return position;
  }

  private static NdArray dropped(NdArray x, double rate, int step) {
    return NdArray.generate(
        x.shape(),
        i -> {
          long bits = word(KEY, position(x.shape(), i), step, 0);
          return bits < Math.floor(rate * 4294967296.0) ? 0 : x.at(i) / (1 - rate);
        });
  }

  private static double uniform(long word) {
    return Math.floor(word / 256.0) / 16777216.0;
  }

  private static double normal(int element, int step, int microStep) {
    int even = element / 2 * 2;
    double u = uniform(word(KEY, even, step, microStep));
    double v = uniform(word(KEY, even + 1, step, microStep));
    double radius = Math.sqrt(-2 * Math.log1p(-u));
    double turn = element % 2 == 0 ? v : v - 0.25; // sin(t) = cos(t - a quarter turn)
    return radius * Math.cos(2 * Math.PI * turn);
  }

  private static long word(Philox.Key key, int element, int step, int microStep) {
    long[] counter = {element / 4, 0, step & 0xFFFFFFFFL, microStep};
    return philox(counter, key.seed() & 0xFFFFFFFFL, key.stream() & 0xFFFFFFFFL)[element % 4];
  }

  /** Ten rounds on four words of 32 bits, as in figure 4 of the paper. */
  public static long[] philox(long[] counter, long key0, long key1) {
    BigInteger two32 = BigInteger.ONE.shiftLeft(32);
    long[] c = counter.clone();
    for (int round = 0; round < 10; round++) {
      BigInteger[] left =
          BigInteger.valueOf(c[0])
              .multiply(BigInteger.valueOf(0xD2511F53L))
              .divideAndRemainder(two32);
      BigInteger[] right =
          BigInteger.valueOf(c[2])
              .multiply(BigInteger.valueOf(0xCD9E8D57L))
              .divideAndRemainder(two32);
      long k0 = (key0 + round * 0x9E3779B9L) % 4294967296L;
      long k1 = (key1 + round * 0xBB67AE85L) % 4294967296L;
      c =
          new long[] {
            right[0].longValue() ^ c[1] ^ k0,
            right[1].longValue(),
            left[0].longValue() ^ c[3] ^ k1,
            left[1].longValue()
          };
    }
    return c;
  }
}
