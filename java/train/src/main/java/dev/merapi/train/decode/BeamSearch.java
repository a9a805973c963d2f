package dev.merapi.train.decode;

import dev.merapi.core.tensor.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Beam search for the sequence with the highest score: after each token the most probable
 * beginnings are kept.
 *
 * <pre>
 * score(y) = log p(y) / ((5 + |y|) / 6)^lengthPenalty
 * </pre>
 *
 * <p>where |y| counts the end token. A search ends when no beginning that is left can come to a
 * better score than the best finished sequence; so it finds the best of all sequences where the
 * width exceeds the number of beginnings. A width of 1 is greedy search. Source: Graves, "Sequence
 * Transduction with Recurrent Neural Networks", 2012; length penalty: Wu et al., "Google's Neural
 * Machine Translation System", 2016, equation 14.
 *
 * @param width how many beginnings are kept, at least 1
 * @param lengthPenalty how much longer sequences are preferred, at least 0; 0: not at all
 */
public record BeamSearch(int width, double lengthPenalty) {
  public BeamSearch {
    if (width < 1 || !(lengthPenalty >= 0 && Double.isFinite(lengthPenalty))) {
      throw new IllegalArgumentException(
          "expected a width of at least 1 and a length penalty of at least 0, found %d and %s"
              .formatted(width, lengthPenalty));
    }
  }

  /** Always takes the most probable token. */
  public static BeamSearch greedy() {
    return new BeamSearch(1, 0);
  }

  /**
   * What a sequence is made of.
   *
   * @param begin the token that is read first
   * @param end the token that ends a sequence
   * @param maxLength at most so many tokens are written, the end token included; at least 1
   */
  public record Tokens(int begin, int end, int maxLength) {
    public Tokens {
      if (maxLength < 1) {
        throw new IllegalArgumentException("maxLength must be at least 1, found " + maxLength);
      }
    }
  }

  /**
   * Searches for several sequences at once.
   *
   * @param next has {@code sequences * width} rows, {@code width} neighbouring ones for each
   * @return for each sequence what was found, at most {@code width} ones, the best first
   */
  public List<List<Hypothesis>> search(NextTokens next, int sequences, Tokens tokens) {
    List<Beam> beams = IntStream.range(0, sequences).mapToObj(i -> new Beam(this, tokens)).toList();
    int[] parents = IntStream.range(0, sequences * width).toArray();
    int[] last = new int[parents.length];
    Arrays.fill(last, tokens.begin());
    for (int length = 1; length <= tokens.maxLength(); length++) {
      HostTensor logProbabilities = next.next(parents, last);
      boolean done = true;
      for (int i = 0; i < sequences; i++) {
        Beam beam = beams.get(i);
        beam.grow(logProbabilities, i * width);
        beam.write(i * width, parents, last);
        done &= beam.isDone();
      }
      if (done) {
        break;
      }
    }
    List<List<Hypothesis>> found = new ArrayList<>();
    beams.forEach(beam -> found.add(beam.found()));
    return found;
  }

  /** The score of a sequence of so many tokens. */
  double score(double logProbability, int length) {
    return logProbability / Math.pow((5.0 + length) / 6, lengthPenalty);
  }
}
