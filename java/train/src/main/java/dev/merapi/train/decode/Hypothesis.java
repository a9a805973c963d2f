package dev.merapi.train.decode;

import java.util.List;

/**
 * A sequence that a search has found.
 *
 * @param tokens without the begin and the end token
 * @param logProbability natural logarithm of its probability, the end token's included
 * @param score the log-probability divided by the length penalty
 * @param ended whether an end token stands behind it; else it was cut at the maximal length
 */
public record Hypothesis(List<Integer> tokens, double logProbability, double score, boolean ended) {
  public Hypothesis {
    tokens = List.copyOf(tokens);
  }
}
