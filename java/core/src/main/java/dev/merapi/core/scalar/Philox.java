package dev.merapi.core.scalar;

/**
 * Philox 4x32-10: a counter-based random number generator.
 *
 * <p>Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Four 32-bit
 * words are a pure function of a 64-bit key and a 128-bit counter, so every backend gives the same
 * bits in any order of evaluation, and a mask can be computed again instead of being kept.
 *
 * <p>Merapi keys it so: key = (seed, stream), where the stream is a hash of the op's path and
 * ordinal; counter = (element / 4, 0, step, micro-step). Element i takes word i mod 4.
 */
public final class Philox {
  private static final int M0 = 0xD2511F53;
  private static final int M1 = 0xCD9E8D57;
  private static final int W0 = 0x9E3779B9;
  private static final int W1 = 0xBB67AE85;

  private Philox() {}

  /** Which sequence an op draws from; equal keys draw equal numbers. */
  public record Key(int seed, int stream) {
    /** The key of the ordinal-th random op at a path, under a seed. */
    public static Key of(long seed, String path, int ordinal) {
      return new Key(fold(seed), hash(path + "#" + ordinal));
    }

    /** Seeds that fit into 32 bits stay apart; the upper half of a longer one is mixed in. */
    private static int fold(long seed) {
      int upper = (int) (seed >> 32);
      boolean fits = upper == (int) seed >> 31;
      return fits ? (int) seed : (int) seed ^ upper * 0x9E3779B1;
    }

    /** FNV-1a over the characters, then MurmurHash3's mixer: near names give unrelated streams. */
    private static int hash(String text) {
      int hash = 0x811C9DC5;
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * 0x01000193;
      }
      hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
      hash = (hash ^ hash >>> 13) * 0xC2B2AE35;
      return hash ^ hash >>> 16;
    }
  }

  /** Overwrites the four counter words with the four random words of that counter. */
  public static void generate(Key key, int[] counter) {
    int k0 = key.seed();
    int k1 = key.stream();
    for (int round = 0; round < 10; round++) {
      long p0 = (M0 & 0xFFFFFFFFL) * (counter[0] & 0xFFFFFFFFL);
      long p1 = (M1 & 0xFFFFFFFFL) * (counter[2] & 0xFFFFFFFFL);
      int c0 = (int) (p1 >>> 32) ^ counter[1] ^ k0;
      int c2 = (int) (p0 >>> 32) ^ counter[3] ^ k1;
      counter[0] = c0;
      counter[1] = (int) p1;
      counter[2] = c2;
      counter[3] = (int) p0;
      k0 += W0;
      k1 += W1;
    }
  }

  /** The word for one element: 32 random bits. */
  public static int bits(Key key, int element, int step, int microStep) {
    int[] counter = {element >>> 2, 0, step, microStep};
    generate(key, counter);
    return counter[element & 3];
  }

  /** The uniform number in [0, 1) of a word: its upper 24 bits, so exact in F32. */
  public static float uniform(int bits) {
    return (bits >>> 8) * 0x1p-24f;
  }

  /**
   * The standard normal number of one element, by Box and Muller: elements 2k and 2k+1 share a pair
   * of words (u, v) and take sqrt(-2 log(1 - u)) times cos(2 pi v) and sin(2 pi v).
   */
  public static double normal(Key key, int element, int step, int microStep) {
    int[] counter = {element >>> 2, 0, step, microStep};
    generate(key, counter);
    return normal(counter, element);
  }

  /** The standard normal number of one element, from the four words of its counter. */
  public static double normal(int[] words, int element) {
    int first = element & 2;
    double radius = Math.sqrt(-2 * Math.log(1 - (double) uniform(words[first])));
    double angle = 2 * Math.PI * uniform(words[first + 1]);
    return radius * ((element & 1) == 0 ? Math.cos(angle) : Math.sin(angle));
  }
}
