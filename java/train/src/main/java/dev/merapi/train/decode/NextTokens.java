package dev.merapi.train.decode;

import dev.merapi.core.tensor.HostTensor;

/**
 * Says how likely each token is to come next, for several sequences at once, a row for each.
 *
 * <p>It remembers, for each row, what was read; a row of one call can go on from any row of the
 * call before.
 */
@FunctionalInterface
public interface NextTokens {
  /**
   * Reads one token in each row.
   *
   * @param parents for each row, which row of the call before it goes on from; in the first call
   *     each its own
   * @param tokens what each row reads
   * @return log-probabilities [rows, vocabulary] of the tokens after these, valid until the next
   *     call
   */
  HostTensor next(int[] parents, int[] tokens);
}
