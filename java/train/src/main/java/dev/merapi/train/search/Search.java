package dev.merapi.train.search;

import java.util.List;
import java.util.Optional;

/**
 * A strategy: which point of a space to try next. It keeps nothing: with equal trials behind it, it
 * proposes an equal point, so that a search which was interrupted goes on as if it had not been.
 */
public interface Search {
  /**
   * The next point to try.
   *
   * @param past all trials so far, in their order
   * @return empty when there is none left
   */
  Optional<List<Double>> next(List<Observation> past);
}
