package dev.merapi.train.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Trains all trials for few epochs, the better ones of them for more, and so on: on rung k the best
 * floor(n / reduction) of the n trials of rung k - 1, at least one, are trained to minEpochs
 * reduction^k epochs, on the last rung to all epochs.
 *
 * <p>Source: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
 * optimization", AISTATS 2016; Li et al., "Hyperband", ICLR 2017 (one bracket of it).
 *
 * @param minEpochs of the first rung, at least 1
 * @param epochs of the last rung
 * @param reduction the factor between rungs, at least 2
 */
public record SuccessiveHalving(int minEpochs, int epochs, int reduction) {
  public SuccessiveHalving {
    if (minEpochs < 1 || minEpochs > epochs) {
      throw new IllegalArgumentException(
          "expected from 1 to " + epochs + " epochs at first, found " + minEpochs);
    }
    if (reduction < 2) {
      throw new IllegalArgumentException("expected a reduction of at least 2, found " + reduction);
    }
  }

  /** Training all trials for all epochs. */
  public static SuccessiveHalving none(int epochs) {
    return new SuccessiveHalving(epochs, epochs, 2);
  }

  /** The epochs of each rung. */
  public List<Integer> rungs() {
    List<Integer> rungs = new ArrayList<>();
    for (long rung = minEpochs; rung < epochs; rung *= reduction) {
      rungs.add((int) rung);
    }
    rungs.add(epochs);
    return rungs;
  }

  /**
   * Which trials of a rung go on.
   *
   * @param values of the objective, of which small is better; diverged trials never go on
   * @return their places in the list, in its order
   */
  public List<Integer> promoted(List<Double> values) {
    return IntStream.range(0, values.size())
        .boxed()
        .filter(i -> Double.isFinite(values.get(i)))
        .sorted(Comparator.comparingDouble(values::get))
        .limit(Math.max(1, values.size() / reduction))
        .sorted()
        .toList();
  }
}
