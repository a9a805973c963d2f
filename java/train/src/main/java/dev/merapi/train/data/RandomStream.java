package dev.merapi.train.data;

import dev.merapi.core.scalar.Philox;

/**
 * Random numbers in order, from Philox 4x32-10: the same bits on every machine.
 *
 * <p>The key is (seed, purpose), the counter (position / 4, 0, index, 0), so that each epoch or
 * sample has numbers of its own.
 */
final class RandomStream {
  private final Philox.Key key;
  private final int index;
  private final int[] words = new int[4];
  private int position;

  RandomStream(long seed, String purpose, int index) {
    this.key = Philox.Key.of(seed, purpose, 0);
    this.index = index;
  }

  private int bits() {
    if ((position & 3) == 0) {
      words[0] = position >>> 2;
      words[1] = 0;
      words[2] = index;
      words[3] = 0;
      Philox.generate(key, words);
    }
    return words[position++ & 3];
  }

  /** A whole number from 0 to bound - 1; its bias is below bound / 2^32. */
  int below(int bound) {
    return (int) (((bits() & 0xFFFFFFFFL) * bound) >>> 32);
  }

  /** A uniform number from {@code from} (inclusive) to {@code to} (exclusive). */
  double uniform(double from, double to) {
    return from + (to - from) * Philox.uniform(bits());
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
