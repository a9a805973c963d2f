package dev.merapi.train.data;

import dev.merapi.core.scalar.Philox;

/**
 * Random numbers in order, from Philox 4x32-10: the same bits on every machine.
 *
 * <p>The key is (seed, purpose), the counter (position / 4, sample, index, 0), so that each epoch
 * and each sample has numbers of its own.
 */
public final class RandomStream {
  private final Philox.Key key;
  private final int[] words = new int[4];
  private int index;
  private int sample;
  private int position;
  private double spareNormal = Double.NaN;

  /** The numbers of an index, such as an epoch, for a purpose. */
  public RandomStream(long seed, String purpose, int index) {
    this.key = Philox.Key.of(seed, purpose, 0);
    this.index = index;
  }

  /** Goes to the first of the numbers that belong to an index and a sample; allocates nothing. */
  public void begin(int index, int sample) {
    this.index = index;
    this.sample = sample;
    position = 0;
    spareNormal = Double.NaN;
  }

  private int bits() {
    if ((position & 3) == 0) {
      words[0] = position >>> 2;
      words[1] = sample;
      words[2] = index;
      words[3] = 0;
      Philox.generate(key, words);
    }
    return words[position++ & 3];
  }

  /** A whole number from 0 to bound - 1; its bias is below bound / 2^32. */
  public int below(int bound) {
    return (int) (((bits() & 0xFFFFFFFFL) * bound) >>> 32);
  }

  /** A uniform number from {@code from} (inclusive) to {@code to} (exclusive). */
  public double uniform(double from, double to) {
    return from + (to - from) * Philox.uniform(bits());
  }

  /** Whether something happens that has this probability. */
  public boolean chance(double probability) {
    return Philox.uniform(bits()) < probability;
  }

  /** A standard normal number, by Marsaglia's polar method, whose bits no machine has otherwise. */
  public double normal() {
    if (!Double.isNaN(spareNormal)) {
      double normal = spareNormal;
      spareNormal = Double.NaN;
      return normal;
    }
    while (true) {
      double u = 2 * Philox.uniform(bits()) - 1;
      double v = 2 * Philox.uniform(bits()) - 1;
      double square = u * u + v * v;
      if (square > 0 && square < 1) {
        double factor = Math.sqrt(-2 * StrictMath.log(square) / square);
        spareNormal = v * factor;
        return u * factor;
      }
    }
  }

  /** Puts 0 to n - 1 into a random order, by Fisher and Yates. */
  void permute(int[] order) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int i = order.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
