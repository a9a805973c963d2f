package dev.merapi.nn;

import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * A model that writes a sequence of tokens about what it reads, such as a translation or an image's
 * caption.
 *
 * <p>Its inputs are the sources, and behind them the tokens I32 [N, T] that it is to write, shifted
 * by one place: the begin token first. {@link #build} gives the logits [N, T, vocabulary] of the
 * token that comes next at every place, given those up to it (teacher forcing). {@link #encode} and
 * {@link #step} compute the same token by token, when the tokens are not known: the logits of a
 * step are those of {@code build} at its place.
 *
 * <p>Source: Sutskever, Vinyals and Le, "Sequence to Sequence Learning with Neural Networks", NIPS
 * 2014.
 */
public interface SequenceModel extends Model, MultiLayer {
  /**
   * What is computed once of a batch of sources.
   *
   * @param memory what every step reads, [N, ...] each
   * @param states what the first step begins with, [N, ...] each, at least one
   */
  record Encoded(List<Value> memory, List<Value> states) {
    public Encoded {
      memory = List.copyOf(memory);
      states = List.copyOf(states);
    }
  }

  /** How many tokens there are. */
  int vocabulary();

  /**
   * Reads the sources.
   *
   * @param sources the inputs without the last
   */
  Encoded encode(Net net, List<Value> sources);

  /**
   * Goes on by one token.
   *
   * @param tokens I32 [N], the last token of each sequence; the begin token in the first step
   * @param memory as {@link #encode} gave it
   * @param states as {@code encode} or the step before gave them
   * @return the logits [N, vocabulary] of the next token, and behind them the new states, of the
   *     same types
   */
  Outputs step(Net net, Value tokens, List<Value> memory, List<Value> states);
}
